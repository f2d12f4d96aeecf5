package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Render gathers the numbers of a file and makes it, all from one view. Who may have it is not asked here.
func Render(v *store.View, s digest.Scene, f digest.File) (made digest.Made, err error) {
	defer func() { // a table that no one foresaw must not end the bot, nor be met again at each start
		if p := recover(); p != nil {
			err = fmt.Errorf("a mistake in the program: %v", p)
		}
		if err != nil {
			err = fmt.Errorf("make the %s of area %d, %s: %w", f.Kind, f.Area, f.Period, err)
		}
	}()
	if f.Kind == digest.FileOwn {
		return renderOwn(v, s, f)
	}
	p, err := report.ParsePeriod(f.Period)
	if err != nil {
		return digest.Made{}, err
	}
	if _, known := s.Areas.ByID(f.Area); !known {
		return digest.Made{}, errors.New("there is no such area")
	}
	switch f.Kind {
	case digest.FileChart:
		if f.Query != nil {
			return renderAnswer(v, s, f)
		}
		return renderChart(v, s, f, p)
	case digest.FileWorkbook:
		return renderWorkbook(v, s, f, p)
	case digest.FileRegister:
		rows := func(yield func(report.RegisterRow) error) error { return v.Register(f.Area, p, yield) }
		content, err := digest.Register(s, f.Area, p, v.Now(), rows)
		return digest.Named(s, f.Kind, f.Area, p, content), err
	case digest.FileDocument, digest.FileSources:
		tpl, err := v.Template()
		if err != nil {
			return digest.Made{}, err
		}
		return RenderDocument(v, s, f.Kind, p, tpl)
	}
	if slices.Contains(tableKinds, f.Kind) {
		return renderTable(v, s, f, p)
	}
	return digest.Made{}, errors.New("there is no such kind of file")
}

// renderChart makes the picture of a period.
func renderChart(v *store.View, s digest.Scene, f digest.File, p report.Period) (digest.Made, error) {
	sum, err := v.Summary(f.Area, p, s.Today)
	if err != nil {
		return digest.Made{}, err
	}
	c := digest.Charted{Summary: sum}
	if p.Kind != report.Week && p.Kind != report.Range {
		year := report.YearOf(p.First)
		if c.Months, err = v.Tally(f.Area, year, report.Grouping{Month: true}); err != nil {
			return digest.Made{}, err
		}
		if c.LastYear, err = v.Tally(f.Area, year.Previous(), report.Grouping{Month: true}); err != nil {
			return digest.Made{}, err
		}
	}
	return digest.Chart(s, c)
}

// renderAnswer makes the picture of what the ledger says to a query: divided, where it was not, by whatever divides it.
func renderAnswer(v *store.View, s digest.Scene, f digest.File) (digest.Made, error) {
	q := *f.Query
	if q.Area != f.Area {
		return digest.Made{}, errors.New("the query is about another area")
	}
	switch {
	case q.By != report.Whole || q.About == report.AboutCompletion:
	case q.Activity == "" && q.Measure == "":
		q.By = report.ByActivity
	case len(s.Areas.Children(q.Area)) > 0:
		q.By = report.ByArea
	default:
		q.By = report.ByMonth
	}
	if q.About != report.AboutCompletion {
		q.About = report.AboutSums
	}
	a, err := v.Answer(q, s.Today)
	if err != nil {
		return digest.Made{}, err
	}
	if q.About == report.AboutCompletion && len(a.Targets) == 0 {
		if a.Targets, err = v.Completions(q.Area, q.Period.Last.Year(), a.Through); err != nil {
			return digest.Made{}, err
		}
		a.Targets = slices.DeleteFunc(a.Targets, func(c report.Completion) bool {
			return q.Activity != "" && c.Activity != q.Activity || q.Measure != "" && c.Measure != q.Measure
		})
	}
	return digest.AnswerChart(s, a)
}

func renderWorkbook(v *store.View, s digest.Scene, f digest.File, p report.Period) (digest.Made, error) {
	b, err := v.Book(f.Area, p, s.Today)
	if err != nil {
		return digest.Made{}, err
	}
	if f.Query != nil {
		b = b.Only(f.Query.Activity)
	}
	content, err := digest.Workbook(s, b)
	return digest.Named(s, f.Kind, f.Area, p, content), err
}

// errUnmade marks a file that could not be made. Telegram has no part in it.
var errUnmade = errors.New("cannot make the file")

// render makes a file from the numbers as they are now. One at a time: it takes memory.
func (b *Bot) render(ctx context.Context, f digest.File) (made digest.Made, err error) {
	b.drawing.Lock()
	defer b.drawing.Unlock()
	err = b.db.Read(ctx, func(v *store.View) error {
		source, err := v.Reference()
		if err != nil {
			return err
		}
		s := digest.Scene{Catalogue: source.Catalogue, Areas: source.Areas, Today: report.DayOf(v.Now().In(b.loc))}
		made, err = Render(v, s, f)
		return err
	})
	switch {
	case err == nil && len(made.Bytes) > mostBytes(made):
		return made, fmt.Errorf("%w: %s has %d bytes, more than Telegram takes", errUnmade, made.Name, len(made.Bytes))
	case err == nil, ctx.Err() != nil, errors.Is(err, store.ErrUnavailable):
		return made, err
	}
	return made, fmt.Errorf("%w: %w", errUnmade, err)
}

// mostBytes is Telegram's limit on uploads (Bot API, sending files).
func mostBytes(made digest.Made) int {
	if made.Photo {
		return 10 << 20
	}
	return 50 << 20
}

// callFile makes and sends the file of a row.
func (b *Bot) callFile(ctx context.Context, row store.Delivery) (messageID int64, err error) {
	var f digest.File
	if err := json.Unmarshal(row.Body, &f); err != nil {
		return 0, fmt.Errorf("%w: %w", errUnsendable, err)
	}
	made, err := b.render(ctx, f)
	if err != nil {
		return 0, err
	}
	return b.api.sendFile(ctx, row.TgChat, made, f.ReplyTo)
}

// makeTries is how often a file is tried to be made.
const makeTries = 3

// sayUnmade tells a chat that the file it waits for will not come, and the administrators that there is something to look at.
func (b *Bot) sayUnmade(row store.Delivery, cause error) {
	b.log.Error("a file cannot be made or sent", "outbox", row.Seq, "error", cause)
	var f digest.File
	if err := json.Unmarshal(row.Body, &f); err != nil {
		return // said in the log
	}
	err := b.db.Write(context.Background(), func(tx *store.Tx) error {
		told := plain(sayNotMade)
		if f.Kind == digest.FileChart {
			told = plain(sayNotDrawn)
		}
		told.ReplyTo = f.ReplyTo
		if err := b.enqueue(tx, row.Chat, told, outOptions{dedupe: fmt.Sprintf("unmade:%d", row.Seq), expires: answerLife}); err != nil {
			return err
		}
		return b.tellAdministrators(tx, fmt.Sprintf(sayNotMadeAlert, row.Seq), fmt.Sprintf("unmade-alert:%d", row.Seq))
	})
	if err != nil {
		b.log.Error("cannot tell that a file was not made", "outbox", row.Seq, "error", err)
	}
}
