package main

import (
	"errors"
	"fmt"
	"io"

	"huibao/bot"
	"huibao/store"
)

// revokeCommand ends what a person may do.
type revokeCommand struct {
	Member int64  `required:"" help:"The person's Telegram id."`
	Role   string `enum:",cadre,supervisor,admin" default:"" help:"Only this role; default every one."`
	Area   string `help:"Only in the area with this code; default everywhere."`
}

func (c revokeCommand) Run(w *world) error {
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	return w.change(db, func(tx *store.Tx, out io.Writer) error {
		member, err := memberWith(tx, c.Member)
		if err != nil {
			return err
		}
		areas, err := tx.Areas()
		if err != nil {
			return err
		}
		area, ok := areas.ByCode(c.Area)
		if c.Area != "" && !ok {
			return noArea(c.Area)
		}
		var roles []store.Membership
		for _, r := range member.Memberships {
			if (c.Role == "" || string(r.Role) == c.Role) && (c.Area == "" || r.Area == area.ID) {
				roles = append(roles, r)
			}
		}
		if len(roles) == 0 {
			return fmt.Errorf("%s has no such role", member.Name)
		}
		if err := bot.Leave(tx, 0, member, roles...); err != nil {
			return err
		}
		for _, r := range roles {
			fmt.Fprintf(out, "%s is no longer %s of %s; the reports stay\n", member.Name, r.Role, areas.Name(r.Area))
		}
		return nil
	})
}

// handoverCommand gives a cadre's area to another.
type handoverCommand struct {
	Area string `required:"" help:"The area's code."`
	From int64  `required:"" help:"Telegram id of the cadre who leaves."`
	To   int64  `required:"" help:"Telegram id of the successor, who is a member and has written to the bot."`
}

func (c handoverCommand) Run(w *world) error {
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
		area, ok := areas.ByCode(c.Area)
		if !ok {
			return noArea(c.Area)
		}
		from, err := memberWith(tx, c.From)
		if err != nil {
			return err
		}
		to, err := memberWith(tx, c.To)
		if err != nil {
			return err
		}
		if from.ID == to.ID {
			return errors.New("--from and --to are the same person")
		}
		waiting, err := bot.HandOver(tx, 0, area.ID, from, to)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s now reports for %s in the place of %s; %d reports wait for %s\n", to.Name, area.Name, from.Name, waiting, to.Name)
		return nil
	})
}

func memberWith(tx *store.Tx, telegram int64) (store.Member, error) {
	m, ok, err := tx.MemberByTelegram(telegram)
	if err == nil && !ok {
		err = fmt.Errorf("nobody with Telegram id %d was ever a member", telegram)
	}
	return m, err
}
