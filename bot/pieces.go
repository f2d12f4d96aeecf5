package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"huibao/store"
)

// Long texts. Telegram's clients cut a text that is longer than a message can be; the pieces arrive one after the other
// and are read as one when the last is there. The first piece is the message that tells its reports.

const (
	// longestText is what a message holds, in UTF-16 units (Bot API, Message.text).
	longestText = 4096
	// longPiece is the least length of a piece that is not the last: clients cut at a line or word end in the second half.
	longPiece = longestText / 2
	// pieceGap is how far apart the pieces of a text are, and how long the next one is awaited. They are sent at once, but
	// a weak network takes its time.
	pieceGap = 5 * time.Second
)

func long(text string) bool { return units(text) >= longPiece }

func units(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// begun gives the first piece of the long text that the sender has begun, 0 for none, and whether a message goes on with it.
func (t *turn) begun(m *message) (first int64, goesOn bool, err error) {
	text, ok, err := t.tx.Awaited(t.chat.ID, t.member.ID, store.IncompleteText)
	if err != nil || !ok {
		return 0, false, err
	}
	if _, _, command := findCommand(m.Text); command || m.Text == "" {
		return text.Message, false, nil
	}
	pieces, err := t.tx.MessagePieces(text.Message)
	if err != nil {
		return 0, false, err
	}
	last := pieces[len(pieces)-1]
	return text.Message, t.sent.Sub(last.Sent) <= pieceGap && (last.Origin != "") == (m.Origin != nil), nil
}

// maskCut masks a number that was cut in two, half of it at the end of the pieces so far and half of it at the beginning of the
// next one: as it was told, in both. cut tells whether there was one.
func (t *turn) maskCut(first int64, next *store.Message) (cut bool, err error) {
	pieces, err := t.tx.MessagePieces(first)
	if err != nil {
		return false, err
	}
	last := pieces[len(pieces)-1]
	between := gapAfter(last)
	masked, found := mask(last.Text + between + next.Text)
	if len(found) == 0 {
		return false, nil
	}
	letters, of := []rune(masked), utf8.RuneCountInString(last.Text) // a digit and what stands for it are a letter each
	next.Text = string(letters[of+len(between):])
	for _, s := range found {
		next.Masked = append(next.Masked, string(s.kind))
	}
	return true, t.tx.MaskMessage(last.ID, string(letters[:of]))
}

// gapAfter gives what the client dropped behind a piece. One that is full was cut within a line; any other at a line or word end.
func gapAfter(piece store.Message) string {
	if units(piece.Text) < longestText-1 { // a character of two units does not fit into the last one
		return "\n"
	}
	return ""
}

// awaitPiece lets a long text wait for its next piece.
func (t *turn) awaitPiece(first int64) error {
	return t.tx.Await(store.Incomplete{Message: first, Kind: store.IncompleteText, Due: t.tx.Now().Add(pieceGap)})
}

// readText reads a long text of which all has come.
func (b *Bot) readText(tx *store.Tx, first int64) error {
	if err := tx.Complete(first); err != nil {
		return err
	}
	pieces, err := tx.MessagePieces(first)
	if err != nil {
		return err
	}
	t, known, err := b.turnOf(tx, pieces[0])
	if err != nil || !known {
		return err
	}
	for _, p := range pieces[1:] {
		for _, name := range maskedNames(p.Masked) {
			if !slices.Contains(t.masked, name) {
				t.masked = append(t.masked, name)
			}
		}
	}
	return t.unlessClosed(request{}, func() error { return t.file(messageOf(pieces[0], t.chat), first, joined(pieces)) })
}

// joined puts the latest versions of the pieces together. A number that is cut in two since a piece was edited is masked now.
func joined(pieces []store.Message) string {
	var latest []store.Message
	for _, p := range pieces {
		if n := len(latest); n > 0 && latest[n-1].TgMessage == p.TgMessage {
			latest[n-1] = p
			continue
		}
		latest = append(latest, p)
	}
	var whole strings.Builder
	for i, p := range latest {
		if i > 0 {
			whole.WriteString(gapAfter(latest[i-1]))
		}
		whole.WriteString(p.Text)
	}
	text, _ := mask(whole.String())
	return text
}

// turnOf is the turn of a message that was kept before. ok is false where its sender may not use the bot any more.
func (b *Bot) turnOf(tx *store.Tx, m store.Message) (t *turn, ok bool, err error) {
	member, err := tx.Member(m.Member)
	if err != nil || len(member.Memberships) == 0 {
		return nil, false, err
	}
	where, err := tx.ChatByID(m.Chat)
	if err != nil {
		return nil, false, err
	}
	return b.turnIn(tx, where, member, m.Sent, m.Masked)
}

// messageOf gives a message that was kept before the form it came in, as far as that is needed to read it.
func messageOf(m store.Message, where store.Chat) *message {
	came := &message{ID: m.TgMessage, Date: m.Sent.Unix(), Chat: chat{ID: where.TgID, Type: where.Kind, Title: where.Title}, Text: m.Text}
	if m.Origin != "" {
		came.Origin = &origin{Type: m.Origin}
	}
	return came
}

// readLate reads a message of which no more has come.
func (b *Bot) readLate(tx *store.Tx, i store.Incomplete) error {
	if i.Kind == store.IncompleteText {
		return b.readText(tx, i.Message)
	}
	first, err := tx.MessageByID(i.Message)
	if err != nil {
		return err
	}
	t, known, err := b.turnOf(tx, first)
	if err != nil || !known {
		return err
	}
	return t.placeAlbum(first)
}
