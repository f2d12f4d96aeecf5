package bot

// closing answers /close: closes a year, after a press (封账).
func (t *turn) closing(arg string, tgMessage int64) error { return t.help(arg, tgMessage) }

// onClosing handles the buttons about closed years.
func (t *turn) onClosing(data string, tgMessage int64) (done bool, err error) { return false, nil }
