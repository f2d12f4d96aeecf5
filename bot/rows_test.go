package bot

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"huibao/report"
	"huibao/store"
)

// rows looks at the store. Each kind of row is written so that it can be read without knowing the schema.
func (p *player) rows(m []string) ([]string, error) {
	lines := []string{}
	tell := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	var err error
	switch m[0] {
	case "reports":
		err = p.reports(tell)
	case "ledger":
		err = p.ledger(tell)
	case "tally":
		err = p.tally(tell, m[1])
	case "questions":
		err = p.query(tell, `SELECT m.name, COALESCE(q.report_id || '号', 'no report'), q.field, CASE WHEN q.closed = 0 THEN 'open' ELSE COALESCE('answered ' || q.answer, 'closed') END
			FROM questions q JOIN members m ON m.id = q.member_id ORDER BY q.id`)
	case "audit":
		err = p.query(tell, `SELECT COALESCE(m.name, 'command line'), a.action, a.subject, a.detail FROM audit a
			LEFT JOIN members m ON m.id = a.member_id ORDER BY a.seq`)
	case "closed":
		err = p.query(tell, `SELECT c.year || ' closed by ' || m.name FROM closings c JOIN members m ON m.id = c.by_member`)
		if err == nil {
			err = p.query(tell, `SELECT v.report_id || '号 revision ' || v.rev, v.why, 'by ' || m.name, 'agreed by ' || a.name FROM revisions v
				JOIN members m ON m.id = v.by_member JOIN members a ON a.id = v.agreed_by ORDER BY v.at, v.report_id, v.rev`)
		}
	case "photos":
		err = p.query(tell, `SELECT a.kind, CASE WHEN a.told_id IS NULL THEN 'of no report' ELSE
			'of ' || (SELECT group_concat(r.id || '号', ' ') FROM reports r WHERE r.message_id = a.told_id AND r.id = COALESCE(a.report_id, r.id)) END,
			CASE WHEN a.question_id IS NULL THEN '' ELSE 'asked' END FROM attachments a ORDER BY a.message_id`)
	case "entries":
		err = p.query(tell, `SELECT e.year, e.blank, e.value, m.name, CASE WHEN e.message_id IS NULL THEN 'by a button' ELSE 'in words' END
			FROM office_entries e JOIN members m ON m.id = e.by_member ORDER BY e.id`)
	case "incomplete":
		err = p.query(tell, `SELECT kind, m.name FROM incomplete i JOIN messages x ON x.id = i.message_id JOIN members m ON m.id = x.member_id ORDER BY i.message_id`)
	case "aliases":
		err = p.query(tell, `SELECT x.word, x.kind, x.target, 'taught by ' || m.name, a.name, x.state, COALESCE('judged by ' || j.name, '') FROM aliases x
			JOIN members m ON m.id = x.by_member JOIN areas a ON a.id = x.area_id LEFT JOIN members j ON j.id = x.judged_by ORDER BY x.id`)
	case "outbox":
		err = p.query(tell, `SELECT state, method, attempts || ' failed attempts', error FROM outbox WHERE state <> 'sent' ORDER BY seq`)
	case "inbox":
		err = p.query(tell, `SELECT state, COUNT(*) || ' rows', CASE WHEN state = 'dead' THEN substr(error, 1, 60) WHEN length(body) = 0 THEN 'forgotten' ELSE '' END FROM inbox GROUP BY state, 3 ORDER BY state, 3`)
	case "urges":
		err = p.query(tell, `SELECT a.name, u.activity, u.period, 'by ' || m.name, CASE WHEN u.due > u.at THEN 'in the morning' ELSE 'at once' END, CASE WHEN u.settled = 0 THEN 'waiting' ELSE 'settled' END
			FROM urges u JOIN areas a ON a.id = u.area_id JOIN members m ON m.id = u.by_member ORDER BY u.id`)
	case "messages":
		err = p.query(tell, `SELECT m.name, CASE WHEN version = 0 THEN 'original' ELSE 'edited' END, COALESCE(NULLIF(replace(substr(text, 1, 60), char(10), '⏎'), ''), '(no words)'), origin
			FROM messages x JOIN members m ON m.id = x.member_id ORDER BY x.id`)
	case "chats":
		err = p.query(tell, `SELECT c.kind, COALESCE(m.name, c.title), c.state, COALESCE('gets digests of ' || a.name, '') FROM chats c
			LEFT JOIN members m ON m.tg_user = c.tg_id LEFT JOIN areas a ON a.id = c.area_id AND c.digests = 1 ORDER BY c.id`)
	case "members":
		err = p.query(tell, `SELECT m.name, s.role, a.name, CASE WHEN s.until = 0 THEN '' ELSE 'ended' END FROM members m
			JOIN memberships s ON s.member_id = m.id JOIN areas a ON a.id = s.area_id ORDER BY m.id`)
	default:
		err = fmt.Errorf("there are no rows called %s", m[0])
	}
	if len(lines) == 0 {
		lines = append(lines, "none")
	}
	return lines, err
}

// reports lists the reports as they stand.
func (p *player) reports(tell func(string, ...any)) error {
	return p.db.Read(p.ctx(), func(v *store.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		for id := int64(1); ; id++ {
			r, err := v.Report(id)
			if err != nil {
				return nil // the numbers have no gaps: this was the last
			}
			member, err := v.Member(r.By)
			if err != nil {
				return err
			}
			var figures []string
			for _, f := range r.Figures {
				figures = append(figures, figureRow(f))
			}
			org := ""
			if r.Org != r.Area {
				org = " by " + areas.Name(r.Org)
			}
			tell("%d号 %s rev %d, %s %s %s%s, %s: %s", r.ID, r.State, r.Rev, r.Activity, areas.Name(r.Area), days(r), org, member.Name,
				cmp.Or(strings.Join(figures, " "), "no figures"))
		}
	})
}

func days(r report.Report) string {
	if r.Until != 0 {
		return r.Day.String() + ".." + r.Until.String()
	}
	return r.Day.String()
}

func figureRow(f report.Figure) string {
	s := fmt.Sprintf("%s%s=%d%s", f.Measure, f.Label, f.Value, f.Unit)
	if f.Approx {
		s += "(approx)"
	}
	if f.Part {
		s += "(part)"
	}
	if f.Claim {
		s += "(claim)"
	}
	return s
}

// ledger lists the facts, signed.
func (p *player) ledger(tell func(string, ...any)) error {
	return p.db.Read(p.ctx(), func(v *store.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		return v.Facts(0, func(_ int64, _ time.Time, f report.Fact) error {
			tell("%d号 rev %d: %s %s %s %+d%s, %+d events", f.Report, f.Rev, f.Day, areas.Name(f.Area), keyRow(f.Key), f.Value, f.Unit, f.Events)
			return nil
		})
	})
}

func keyRow(k report.Key) string { return k.Activity + "/" + cmp.Or(k.Measure, "events") + k.Label }

// tally sums an area and a period: 430527 2026-03.
func (p *player) tally(tell func(string, ...any), of string) error {
	code, key, _ := strings.Cut(of, " ")
	period, err := report.ParsePeriod(key)
	if err != nil {
		return err
	}
	return p.db.Read(p.ctx(), func(v *store.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		area, _ := areas.ByCode(code)
		sums, err := v.Tally(area.ID, period, report.Grouping{})
		for _, s := range sums {
			tell("%s %d%s, %d events", keyRow(s.Key), s.Value, s.Unit, s.Events)
		}
		return err
	})
}

// query writes the columns of each row one after the other.
func (p *player) query(tell func(string, ...any), query string) error {
	if p.onPostgres() {
		query = strings.NewReplacer("group_concat(", "string_agg(", "char(10)", "chr(10)").Replace(query)
	}
	rows, err := p.raw.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values := make([]string, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		tell("%s", strings.TrimSpace(strings.Join(values, " ")))
	}
	return rows.Err()
}
