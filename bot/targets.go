package bot

import (
	"strconv"
	"strings"

	"huibao/digest"
	"huibao/report"
)

// targets answers /targets: how far a year's targets are reached, of the running year if none is named.
func (t *turn) targets(arg string, tgMessage int64) error {
	year := t.today.Year()
	if arg != "" {
		named, err := strconv.Atoi(strings.TrimSuffix(arg, "年"))
		if err != nil || named < 2000 || named > 2100 {
			return t.answer(tgMessage, plain(sayTargetsHow))
		}
		year = named
	}
	if no := t.mayNotAsk(t.scope()); no != "" {
		return t.answer(tgMessage, plain(no))
	}
	through := min(report.YearOf(report.Date(year, 1, 1)).Last, t.today)
	list, err := t.tx.Completions(t.scope(), year, through)
	if err != nil {
		return err
	}
	return t.answer(tgMessage, digest.Completions(t.scene(), list, through).Message())
}
