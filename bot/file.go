package bot

// onFile handles the buttons that ask for a picture or a document.
func (t *turn) onFile(data string, tgMessage int64) (done bool, err error) { return false, nil }

// register answers /register: the register of a period as a workbook (台账).
func (t *turn) register(arg string, tgMessage int64) error { return t.help(arg, tgMessage) }
