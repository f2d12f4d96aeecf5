package bot

import "huibao/reading"

// query answers a question about numbers; done is false where the words ask nothing.
func (t *turn) query(m *message, words string, understood reading.Reading) (done bool, err error) {
	return false, nil
}

// onQuery handles the buttons of answers.
func (t *turn) onQuery(data string, tgMessage int64) (done bool, err error) { return false, nil }
