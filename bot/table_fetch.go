package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	tg "github.com/go-telegram/bot"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// callTable fetches a file that was sent to the bot, and shows what it would change.
func (b *Bot) callTable(ctx context.Context, row store.Delivery) error {
	var f tableFile
	if err := json.Unmarshal(row.Body, &f); err != nil {
		return fmt.Errorf("%w: %w", errUnsendable, err)
	}
	content, err := b.api.download(ctx, f.File)
	if errors.Is(err, errTooLarge) || errors.Is(err, tg.ErrorBadRequest) {
		b.log.Warn("a table that was sent cannot be fetched", "outbox", row.Seq, "error", err)
		return b.db.Write(ctx, func(tx *store.Tx) error {
			m := plain(sayTableGone)
			m.ReplyTo = f.ReplyTo
			return b.enqueue(tx, row.Chat, m, outOptions{dedupe: fmt.Sprintf("table:%d", row.Seq), expires: answerLife})
		})
	}
	if err != nil {
		return err
	}
	b.drawing.Lock() // a workbook takes memory
	defer b.drawing.Unlock()
	return b.db.Write(ctx, func(tx *store.Tx) error { return b.takeFetched(tx, row, f, content) })
}

// takeFetched takes what was fetched, as the one who sent it: who must still govern the county.
func (b *Bot) takeFetched(tx *store.Tx, row store.Delivery, f tableFile, content []byte) error {
	member, err := tx.Member(f.Member)
	if err != nil {
		return err
	}
	where, err := tx.ChatByID(row.Chat)
	if err != nil {
		return err
	}
	source, err := tx.Reference()
	if err != nil {
		return err
	}
	now := tx.Now().In(b.loc)
	t := &turn{vocabulary: &vocabulary{source: source}, bot: b, tx: tx, chat: where, member: member, sent: now, today: report.DayOf(now)}
	if !t.keeps(f.Kind) {
		return nil
	}
	err = tx.Attempt(func() error { return t.offerTable(f, content, row.Seq) })
	if err == nil || isStore(err) {
		return err
	}
	b.log.Error("a table that was sent cannot be read", "outbox", row.Seq, "error", err)
	return t.answer(f.ReplyTo, digest.BadTable(f.Kind, err).Message())
}

// errTooLarge refuses a file.
var errTooLarge = errors.New("the file is too large")

// download fetches a file that somebody sent. The address holds the token: it is in no error and no log.
func (a *api) download(ctx context.Context, id string) ([]byte, error) {
	f, err := a.lib.GetFile(ctx, &tg.GetFileParams{FileID: id})
	if err != nil {
		return nil, a.hide(err)
	}
	if f.FileSize > maxTable {
		return nil, errTooLarge
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.lib.FileDownloadLink(f), nil)
	if err != nil {
		return nil, errors.New("fetch a file: its path makes no address") // the error would hold it
	}
	answer, err := a.files.Do(r)
	if err != nil {
		return nil, a.hide(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, a.hide(fmt.Errorf("fetch a file: %s", answer.Status)) // the server may say in it what it was asked for
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxTable+1))
	if err != nil {
		return nil, a.hide(fmt.Errorf("fetch a file: %w", err))
	}
	if len(content) > maxTable {
		return nil, errTooLarge
	}
	return content, nil
}
