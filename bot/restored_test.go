package bot

import (
	"errors"

	"huibao/store"
)

func (p *player) kept() string { return p.world.file + ".kept" }

func (p *player) backUp([]string) ([]string, error) {
	_, err := p.db.BackupTo(p.ctx(), p.kept())
	return nil, err
}

// restore brings the copy back, as huibao restore does while the bot is stopped.
func (p *player) restore([]string) ([]string, error) {
	if err := errors.Join(p.raw.Close(), p.db.Close()); err != nil {
		return nil, err
	}
	r, err := store.PrepareRestore(p.ctx(), p.world.file, p.kept(), store.Options{Now: p.clock.Now, Location: p.zone, Log: p.logger()}, false)
	if err != nil {
		return nil, err
	}
	_, err = r.Replace(p.ctx())
	err = errors.Join(err, r.Close())
	p.reopen()
	return nil, err
}
