package main

import (
	"errors"
	"fmt"
	"io"

	"huibao/bot"
	"huibao/store"
)

// inviteCommand makes an invitation. Only its hash is stored, so the code is shown once.
type inviteCommand struct {
	Role string `required:"" enum:"cadre,supervisor,admin" help:"cadre, supervisor or admin."`
	Area string `help:"Area code; default the whole county."`
}

func (c inviteCommand) Run(w *world) error {
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	return w.change(db, func(tx *store.Tx, out io.Writer) error {
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area, ok := areas.Root()
		if c.Area != "" {
			area, ok = areas.ByCode(c.Area)
		}
		if !ok {
			return noArea(c.Area)
		}
		code, err := tx.Invite(store.Role(c.Role), area.ID, 0, tx.Now().Add(bot.InviteLife))
		if err != nil {
			return err
		}
		name, known, err := tx.Meta(bot.MetaUsername)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "Invitation for one %s of %s (%s), good for 7 days and one use:\n", c.Role, area.Name, area.Code)
		if known {
			fmt.Fprintf(out, "  https://t.me/%s?start=%s\n", name, code)
		}
		fmt.Fprintf(out, "or let the person send this to the bot:\n  /start %s\n", code)
		return nil
	})
}

// noArea says that an area asked for is not there; without a code it was the root, the whole county.
func noArea(code string) error {
	if code == "" {
		return errors.New("there are no areas yet: huibao import areas brings them in")
	}
	return fmt.Errorf("area %s: no such code", code)
}
