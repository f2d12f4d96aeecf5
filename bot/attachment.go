package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Pictures and other files. Those with a caption that tells something, and the rest of their album, belong to what it
// told; any other is asked about, never guessed.

const (
	// pictureGap is how far from its report a picture without words can be and still be asked about.
	pictureGap = 10 * time.Minute
	// albumGap is how long the pictures of an album wait for the one with the caption. They come at once, but not always in
	// one batch of updates.
	albumGap = 5 * time.Second
)

// fieldPhoto is a question about pictures, not about a report: where they belong.
const fieldPhoto = "photo"

// What its options do.
const (
	doAttach = "attach" // they belong to a report, or to all that a message told
	doAside  = "aside"  // to none
)

// mediaFile is a file of the Bot API: the fields that PhotoSize, Document and Video share, and a document's type.
type mediaFile struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	MIME   string `json:"mime_type"`
}

// attachment gives the picture or file of a message if it is one that is kept. A video is kept with its caption or album,
// and is as good as a voice message without.
func (m *message) attachment() (a store.Attachment, ok bool) {
	var f mediaFile
	switch {
	case m.Animation != nil: // has a document beside it for older bots
		return a, false
	case m.Photo != nil:
		var sizes []mediaFile // the same picture, the largest last
		if json.Unmarshal(m.Photo, &sizes) == nil && len(sizes) > 0 {
			a.Kind, f = store.Photo, sizes[len(sizes)-1]
		}
	case m.Document != nil:
		if a.Kind = store.Document; json.Unmarshal(m.Document, &f) == nil && strings.HasPrefix(f.MIME, "image/") {
			a.Kind = store.Image
		}
	case m.Video != nil && (m.Caption != "" || m.MediaGroup != ""):
		if a.Kind = store.Video; json.Unmarshal(m.Video, &f) != nil {
			f = mediaFile{}
		}
	}
	a.File, a.Unique, a.Album = f.ID, f.Unique, m.MediaGroup
	return a, f.ID != "" && f.Unique != ""
}

// keepAttachment keeps what a message brought. messageID is our own id of the message's first version.
func (t *turn) keepAttachment(m *message, messageID int64) error {
	a, ok := m.attachment()
	if !ok {
		return nil
	}
	a.Message = messageID
	return t.tx.KeepAttachment(a)
}

// ofAlbum tells whether m is of an album of which something has come before.
func (t *turn) ofAlbum(m *message) (bool, error) {
	if m.MediaGroup == "" {
		return false, nil
	}
	album, err := t.tx.Album(t.chat.ID, m.MediaGroup)
	return len(album) > 0, err
}

// attachTo gives the message that tells reports its own picture, what came of its album so far, and the picture it replies
// to. No caption is awaited for those any more, and a question about them is void.
func (t *turn) attachTo(m *message, messageID int64) error {
	var all []store.Attachment
	for _, brought := range []*message{m, m.ReplyTo} {
		a, ok, err := t.brought(brought)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		album, err := t.tx.Album(t.chat.ID, a.Album)
		if err != nil {
			return err
		}
		all = append(append(all, a), album...)
	}
	var questions []int64
	for _, a := range all {
		if a.Told != 0 {
			continue
		}
		if err := t.tx.Attach(a, messageID, 0); err != nil {
			return err
		}
		if err := t.tx.Complete(a.Message); err != nil {
			return err
		}
		if a.Question != 0 && !slices.Contains(questions, a.Question) {
			questions = append(questions, a.Question)
		}
	}
	for _, id := range questions {
		if err := t.dropPhotoQuestion(id); err != nil {
			return err
		}
	}
	return nil
}

// brought gives what the member's message m brought and is kept; m may be nil.
func (t *turn) brought(m *message) (a store.Attachment, ok bool, err error) {
	if m == nil || m.From == nil || m.From.ID != t.member.TgUser {
		return a, false, nil
	}
	if _, ok = m.attachment(); !ok {
		return a, false, nil
	}
	return t.tx.AttachmentOf(t.chat.ID, m.ID)
}

// dropPhotoQuestion closes an open question about pictures all of which have found their place meanwhile.
func (t *turn) dropPhotoQuestion(id int64) error {
	open, err := t.tx.OpenQuestions(t.chat.ID, t.member.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(open, func(q store.Question) bool { return q.ID == id })
	left, err := t.unplaced(id)
	if err != nil || i < 0 || len(left) > 0 {
		return err
	}
	if err := t.closeQuestion(open[i], ""); err != nil {
		return err
	}
	return t.bot.enqueue(t.tx, t.chat.ID, plain(sayPhotosElsewhere), outOptions{key: askKey(id), edit: true})
}

// unplaced gives the pictures of a question that belong to nothing yet.
func (t *turn) unplaced(question int64) ([]store.Attachment, error) {
	pictures, err := t.tx.AskedAttachments(question)
	return slices.DeleteFunc(pictures, func(a store.Attachment) bool { return a.Told != 0 }), err
}

// onPicture finds the place of a picture that came without words, or with words that tell nothing: where the rest of its
// album is, or the receipt it replies to. done is false where the message brought no picture that is kept.
func (t *turn) onPicture(m *message) (done bool, err error) {
	a, ok, err := t.brought(m)
	if err != nil || !ok {
		return false, err
	}
	if a.Told != 0 || a.Question != 0 {
		return true, nil // an edit of words that told nothing before
	}
	if done, err := t.formTakes(a); done || err != nil {
		return true, err
	}
	album, err := t.tx.Album(t.chat.ID, a.Album)
	if err != nil {
		return true, err
	}
	for _, other := range album {
		if other.Told != 0 {
			return true, t.follow(a, other)
		}
	}
	for _, other := range album {
		if other.Question != 0 {
			return true, t.tx.AskAttachment(a, other.Question)
		}
	}
	if m.ReplyTo != nil {
		reports, err := t.repliedTo(m.ReplyTo.ID)
		if err != nil {
			return true, err
		}
		if len(reports) > 0 && reports[0].By == t.member.ID {
			if err := t.attach([]store.Attachment{a}, reports[0].Message, 0); err != nil {
				return true, err
			}
			return true, t.tellAttached(reports[0].Message, 0, m.ID, outOptions{key: attachedKey(a)})
		}
	}
	if a.Album != "" {
		return true, t.tx.Await(store.Incomplete{Message: album[0].Message, Kind: store.IncompleteAlbum, Due: t.tx.Now().Add(albumGap)})
	}
	return true, t.placePictures([]store.Attachment{a}, m.ID)
}

// follow puts a picture where another one of its album is, and tells the new count where the old one was told.
func (t *turn) follow(a, other store.Attachment) error {
	if err := t.attach([]store.Attachment{a}, other.Told, other.Report); err != nil {
		return err
	}
	key := attachedKey(other)
	if other.Question != 0 {
		key = askKey(other.Question)
	}
	said, err := t.tx.LastExpiry(t.chat.ID, key)
	if err != nil || said.IsZero() {
		return err
	}
	return t.tellAttached(other.Told, other.Report, 0, outOptions{key: key, edit: true})
}

// attachedKey is where it stands in the chat that a picture, or its album, was attached to the receipt it replied to.
func attachedKey(a store.Attachment) string {
	if a.Album == "" {
		return fmt.Sprintf("attached:%d", a.Message)
	}
	return "attached:" + a.Album
}

// attach makes pictures belong to what a message told, and redraws its receipt.
func (t *turn) attach(pictures []store.Attachment, told, only int64) error {
	for _, a := range pictures {
		if err := t.tx.Attach(a, told, only); err != nil {
			return err
		}
		if err := t.tx.Complete(a.Message); err != nil {
			return err
		}
	}
	reports, err := t.tx.ReportsOfMessage(told)
	if err != nil {
		return err
	}
	for _, r := range reports {
		if r.State == report.Filed {
			return t.showReceipt(r, receiptButtons)
		}
	}
	return nil // a receipt that is still to come will show them
}

// tellAttached says where pictures belong now, and how many there are.
func (t *turn) tellAttached(told, only, tgMessage int64, o outOptions) error {
	reports, err := t.tx.ReportsOfMessage(told)
	if err != nil {
		return err
	}
	if only != 0 {
		reports = slices.DeleteFunc(reports, func(r report.Report) bool { return r.ID != only })
	}
	count, err := t.tx.Attached(told, only)
	if err != nil {
		return err
	}
	m := digest.Attached(reports, count.Photos, count.Files).Message()
	m.ReplyTo = tgMessage
	o.expires = answerLife
	return t.bot.enqueue(t.tx, t.chat.ID, m, o)
}

// placeAlbum finds the place of an album no caption has come for.
func (t *turn) placeAlbum(first store.Message) error {
	a, ok, err := t.tx.AttachmentOf(first.Chat, first.TgMessage)
	if err != nil || !ok {
		return err
	}
	album, err := t.tx.Album(first.Chat, a.Album)
	if err != nil {
		return err
	}
	album = slices.DeleteFunc(album, func(a store.Attachment) bool { return a.Told != 0 || a.Question != 0 })
	if len(album) == 0 {
		return nil
	}
	return t.placePictures(album, first.TgMessage)
}

// placePictures asks whether pictures belong to what their sender told shortly before, once for all that come without an
// answer between them; without such a report it asks for words.
func (t *turn) placePictures(pictures []store.Attachment, tgMessage int64) error {
	reports, err := t.toldLately()
	if err != nil {
		return err
	}
	if len(reports) == 0 {
		say := sayCaption
		if photos, _ := countKinds(pictures); photos == 0 {
			say = sayFileCaption
		}
		return t.remark(tgMessage, "caption", say)
	}
	q, asked, err := t.askedAbout(reports[0].Message)
	if err != nil {
		return err
	}
	if !asked {
		return t.askPictures(reports, pictures, tgMessage)
	}
	for _, a := range pictures {
		if err := t.tx.AskAttachment(a, q); err != nil {
			return err
		}
	}
	return nil
}

// toldLately gives the reports of the latest message that the sender told some with, in this chat and not long before.
func (t *turn) toldLately() ([]report.Report, error) {
	recent, err := t.tx.Reports(store.ReportFilter{By: t.member.ID, States: []report.State{report.Filed, report.Asked, report.Held}, Limit: 20})
	if err != nil {
		return nil, err
	}
	for _, r := range recent {
		if r.Nil {
			continue
		}
		m, err := t.tx.MessageByID(r.Message)
		if err != nil {
			return nil, err
		}
		if m.Chat == t.chat.ID && t.sent.Sub(m.Sent).Abs() <= pictureGap {
			return t.standing(m.ID)
		}
	}
	return nil, nil
}

// standing gives the reports of a message that were not taken back.
func (t *turn) standing(message int64) ([]report.Report, error) {
	reports, err := t.tx.ReportsOfMessage(message)
	return slices.DeleteFunc(reports, func(r report.Report) bool { return r.State == report.Withdrawn || r.State == report.Same }), err
}

// askedAbout gives the open question that offers the member the reports of a message for pictures.
func (t *turn) askedAbout(told int64) (question int64, ok bool, err error) {
	questions, err := t.tx.OpenQuestions(t.chat.ID, t.member.ID)
	if err != nil {
		return 0, false, err
	}
	for _, q := range questions {
		if q.Field != fieldPhoto {
			continue
		}
		kept, err := decodeAsking(q)
		if err != nil {
			return 0, false, err
		}
		if kept.Options[0].Told == told {
			return q.ID, true, nil
		}
	}
	return 0, false, nil
}

// mostOffered is how many reports of one message are offered for pictures.
const mostOffered = 6

// askPictures asks to which of the reports of a message pictures belong.
func (t *turn) askPictures(reports []report.Report, pictures []store.Attachment, tgMessage int64) error {
	photos, files := countKinds(pictures)
	q := &asking{Field: fieldPhoto, Text: digest.WhosePhotos(t.scene(), reports, photos, files)}
	told := reports[0].Message
	if len(reports) == 1 {
		q.Options = []option{{Text: "是", Do: doAttach, Told: told}}
	} else {
		for _, r := range reports[:min(len(reports), mostOffered)] {
			q.Options = append(q.Options, option{Text: fmt.Sprintf("%d号", r.ID), Do: doAttach, Told: told, Other: r.ID})
		}
		q.Options = append(q.Options, option{Text: "都给", Do: doAttach, Told: told})
	}
	q.Options = append(q.Options, option{Text: "不是", Do: doAside})
	id, err := t.putQuestion(report.Report{}, q)
	if err != nil {
		return err
	}
	for _, a := range pictures {
		if err := t.tx.Complete(a.Message); err != nil {
			return err
		}
		if err := t.tx.AskAttachment(a, id); err != nil {
			return err
		}
	}
	m := questionMessage(id, q)
	m.ReplyTo = tgMessage
	return t.bot.enqueue(t.tx, t.chat.ID, m, outOptions{key: askKey(id), expires: answerLife})
}

// offerPictures asks whether pictures that were sent shortly before belong to reports just told.
func (t *turn) offerPictures(reports []report.Report, tgMessage int64) error {
	pictures, err := t.tx.LooseAttachments(t.chat.ID, t.member.ID, t.sent.Add(-pictureGap))
	if err != nil || len(pictures) == 0 {
		return err
	}
	return t.askPictures(reports, pictures, tgMessage)
}

func countKinds(pictures []store.Attachment) (photos, files int) {
	for _, a := range pictures {
		if a.Kind == store.Photo || a.Kind == store.Image {
			photos++
		} else {
			files++
		}
	}
	return photos, files
}

// onPlaced handles the press of an answer about pictures.
func (t *turn) onPlaced(q store.Question, choice int) error {
	kept, err := decodeAsking(q)
	if err != nil || choice < 0 || choice >= len(kept.Options) {
		return err
	}
	return t.placedBy(q, kept.Options[choice])
}

// placedBy does what an answer says about pictures. A question is answered once; a late press shows how things stand.
func (t *turn) placedBy(q store.Question, o option) error {
	if q.Member != t.member.ID {
		return nil
	}
	pictures, err := t.unplaced(q.ID)
	if err != nil {
		return err
	}
	err = t.tx.Answer(q.ID, o.Text)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && o.Do == doAttach {
		if err := t.attach(pictures, o.Told, o.Other); err != nil {
			return err
		}
	}
	return t.tellPlaced(q)
}

// tellPlaced says what became of the pictures of a question, in its place.
func (t *turn) tellPlaced(q store.Question) error {
	pictures, err := t.tx.AskedAttachments(q.ID)
	if err != nil {
		return err
	}
	for _, a := range pictures {
		if a.Told != 0 {
			return t.tellAttached(a.Told, a.Report, 0, t.place)
		}
	}
	return t.bot.enqueue(t.tx, t.chat.ID, plain(sayPhotosAside), t.place)
}

// placedInWords takes bare words as the answer to a question about pictures.
func (t *turn) placedInWords(q store.Question, words string) (done bool, err error) {
	kept, err := decodeAsking(q)
	if err != nil {
		return false, err
	}
	bare := strings.TrimRight(strings.TrimSpace(words), "。.!！")
	for i, o := range kept.Options {
		yes := len(kept.Options) == 2 && i == 0 && (bare == "是的" || bare == "对")
		no := o.Do == doAside && bare == "否"
		if bare == o.Text || yes || no {
			return true, t.placedBy(q, o)
		}
	}
	return false, nil
}
