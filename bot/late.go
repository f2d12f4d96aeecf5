package bot

// late answers /late: who has reported for a period, and who has not.
func (t *turn) late(arg string, tgMessage int64) error { return t.help(arg, tgMessage) }

// targets answers /targets: how far the year's targets are reached.
func (t *turn) targets(arg string, tgMessage int64) error { return t.help(arg, tgMessage) }

// onDuty handles the buttons about duties.
func (t *turn) onDuty(data string, tgMessage int64) (done bool, err error) { return false, nil }
