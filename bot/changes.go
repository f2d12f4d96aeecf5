package bot

// changes answers /changes: how a published period's numbers changed since.
func (t *turn) changes(arg string, tgMessage int64) error { return t.help(arg, tgMessage) }
