package bot

// document answers /summary: the year's work summary and what is still missing in it.
func (t *turn) document(arg string, tgMessage int64) error { return t.help(arg, tgMessage) }

// onDocument handles the buttons about the year's document.
func (t *turn) onDocument(data string, tgMessage int64) (done bool, err error) { return false, nil }
