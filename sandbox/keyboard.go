package sandbox

import "encoding/json"

// Limits on a keyboard. Telegram does not publish its own; these are chosen to be safe there.
const (
	maxButtons      = 100
	maxButtonsInRow = 8
)

// markup reads reply_markup. Only an inline keyboard is kept with the message; the keyboards that replace a phone's own are
// checked and accepted, and the sandbox's phones do not show them.
func (c *call) markup() (*inlineKeyboard, *apiError) {
	if !c.has("reply_markup") {
		return nil, nil
	}
	var given struct {
		Inline *[][]inlineButton   `json:"inline_keyboard"`
		Reply  [][]json.RawMessage `json:"keyboard"`
	}
	if err := c.decode("reply_markup", &given); err != nil {
		return nil, err
	}
	if err := checkSizes(given.Reply); err != nil {
		return nil, err
	}
	if given.Inline == nil {
		return nil, nil
	}
	if err := checkSizes(*given.Inline); err != nil {
		return nil, err
	}
	k := &inlineKeyboard{}
	for _, row := range *given.Inline {
		for i := range row {
			if row[i].Text == "" {
				return nil, badRequest("inline keyboard button text must be non-empty")
			}
			if row[i].Copy != nil && row[i].Copy.Text == "" {
				row[i].Copy = nil
			}
		}
		if len(row) > 0 {
			k.Rows = append(k.Rows, row)
		}
	}
	if len(k.Rows) == 0 {
		return nil, nil
	}
	return k, nil
}

func checkSizes[B any](rows [][]B) *apiError {
	total := 0
	for _, row := range rows {
		total += len(row)
		if len(row) > maxButtonsInRow {
			return badRequest("reply markup has %d buttons in a row: at most %d", len(row), maxButtonsInRow)
		}
	}
	if total > maxButtons {
		return badRequest("reply markup is too long")
	}
	return nil
}

// same reports whether two keyboards look and act alike.
func (k *inlineKeyboard) same(o *inlineKeyboard) bool {
	if k == nil || o == nil {
		return k == o
	}
	a, errA := json.Marshal(k)
	b, errB := json.Marshal(o)
	return errA == nil && errB == nil && string(a) == string(b)
}

// button finds a button by its label, or with byData by its data.
func (k *inlineKeyboard) button(label string, byData bool) *inlineButton {
	if k == nil {
		return nil
	}
	for _, row := range k.Rows {
		for i := range row {
			if !byData && row[i].Text == label || byData && row[i].Data == label && label != "" {
				return &row[i]
			}
		}
	}
	return nil
}
