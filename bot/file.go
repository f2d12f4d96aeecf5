package bot

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Buttons that ask for a file: verb:AREA:PERIOD.
var fileVerbs = map[string]digest.FileKind{
	"g": digest.FileChart, "x": digest.FileWorkbook, "r": digest.FileRegister, "W": digest.FileDocument, "S": digest.FileSources,
}

// fileGap is how long the same file is not sent again to a chat that asks for it.
const fileGap = time.Minute

// onFile handles the buttons that ask for a picture or a document.
func (t *turn) onFile(data string, tgMessage int64) (done bool, err error) {
	f, ok := parseFile(data)
	if !ok {
		return false, nil
	}
	f.ReplyTo = tgMessage
	return true, t.askFile(f)
}

// parseFile takes the callback data of a button that asks for a file apart.
func parseFile(data string) (digest.File, bool) {
	parts := strings.SplitN(data, ":", 3)
	if len(parts) != 3 {
		return digest.File{}, false
	}
	kind, known := fileVerbs[parts[0]]
	area, err := strconv.ParseInt(parts[1], 10, 64)
	p, bad := report.ParsePeriod(parts[2])
	if !known || err != nil || bad != nil {
		return digest.File{}, false
	}
	if (kind == digest.FileDocument || kind == digest.FileSources) && p.Kind != report.Year {
		return digest.File{}, false
	}
	return digest.File{Kind: kind, Area: area, Period: p.Key()}, true
}

// register answers /register: the register of a period as a workbook (台账), of the running year if none is named.
func (t *turn) register(arg string, tgMessage int64) error {
	p := report.YearOf(t.today)
	if arg != "" {
		named, ok := t.reader.Period(arg, t.today)
		if !ok {
			return t.answer(tgMessage, plain(sayPeriodHow))
		}
		p = named
	}
	return t.askFile(digest.File{Kind: digest.FileRegister, Area: t.scope(), Period: p.Key(), ReplyTo: tgMessage})
}

// askFile sends a file to whoever may have it, else says why not. In a private chat nobody is shown the button of an area
// that is not theirs: such a press is not answered.
func (t *turn) askFile(f digest.File) error {
	p, err := report.ParsePeriod(f.Period)
	if err != nil {
		return nil
	}
	if _, known := t.source.Areas.ByID(f.Area); !known {
		return nil
	}
	if not, err := t.notHere(f.ReplyTo, f.Area); not || err != nil {
		return err
	}
	switch no := t.withheld(f); {
	case no != "":
		return t.answer(f.ReplyTo, plain(no))
	case p.First > t.today:
		return t.answer(f.ReplyTo, plain(fmt.Sprintf(sayPeriodAhead, p.Chinese(t.today.Year()))))
	}
	return t.sendFile(f)
}

// withheld says why a file that holds more than sums is not for this chat, nothing where it is: it has people's names and their
// own words.
func (t *turn) withheld(f digest.File) string {
	switch f.Kind {
	case digest.FileRegister:
		if !t.supervises(f.Area) {
			return sayRegisterWho
		}
	case digest.FileDocument, digest.FileSources:
		if root, ok := t.source.Areas.Root(); !ok || root.ID != f.Area || !t.supervises(f.Area) {
			return t.documentWho()
		}
	default:
		return ""
	}
	if t.chat.Kind != "private" {
		return sayFilePrivately
	}
	return ""
}

// sendFile puts a file into the outbox of the chat. Rights were checked.
func (t *turn) sendFile(f digest.File) error {
	fresh, err := enqueueFile(t.tx, t.chat.ID, f)
	if err != nil || !fresh || !personal(f.Kind) {
		return err
	}
	return t.tx.Audit(t.member.ID, "export", string(f.Kind), t.source.Areas.Name(f.Area)+" "+f.Period)
}

// enqueueFile puts a file into the outbox of a chat, unless the same was asked for within the last minute. It is made when it is
// sent, and is stale after an hour like any answer.
func enqueueFile(tx *store.Tx, chat int64, f digest.File) (fresh bool, err error) {
	key, err := fileKey(f)
	if err != nil {
		return false, err
	}
	until, err := tx.LastExpiry(chat, key)
	if err != nil || until.Add(fileGap-answerLife).After(tx.Now()) {
		return false, err
	}
	body, err := json.Marshal(f)
	if err != nil {
		return false, fmt.Errorf("write a file for the outbox: %w", err)
	}
	_, err = tx.Enqueue(store.Outgoing{Chat: chat, Method: methodOf(f.Kind), Body: body, EditKey: key, Expires: tx.Now().Add(answerLife)})
	return err == nil, err
}

// personal tells whether a file has people's names and their own words.
func personal(kind digest.FileKind) bool {
	return kind == digest.FileRegister || kind == digest.FileSources
}

func methodOf(kind digest.FileKind) string {
	if kind == digest.FileChart {
		return methodPhoto
	}
	return methodDocument
}

// fileKey names what a file shows, whoever asked for it.
func fileKey(f digest.File) (string, error) {
	key := fmt.Sprintf("file:%s:%d:%s", f.Kind, f.Area, f.Period)
	if f.Kind == digest.FileOwn {
		key = fmt.Sprintf("file:%s:%d", f.Kind, f.Member)
	}
	if f.Query == nil {
		return key, nil
	}
	asked, err := json.Marshal(f.Query)
	if err != nil {
		return "", fmt.Errorf("write a query: %w", err)
	}
	sum := sha256.Sum256(asked)
	return fmt.Sprintf("%s:%x", key, sum[:8]), nil
}
