package store

import (
	"strings"
	"sync"

	"huibao/report"
)

// mostDecoded bounds what a generation of decodedReports keeps: some 1 MB.
const mostDecoded = 1024

// decodedReports remembers what bodies of reports say. A new report is compared with those around it and with what its sender
// told lately, so that the same few bodies are read with each message. What a body says depends on nothing but the body:
// nothing here is ever out of date, whoever changes the database.
type decodedReports struct {
	mu            sync.Mutex
	latest, older map[string]report.Report // full, latest becomes older, and what was older is forgotten
}

func newDecodedReports() *decodedReports {
	return &decodedReports{latest: map[string]report.Report{}}
}

// get gives a copy of what a body says, if that is remembered.
func (d *decodedReports) get(body string) (r report.Report, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok = d.latest[body]; ok {
		return r.Clone(), true
	}
	if r, ok = d.older[body]; ok {
		d.keep(body, r)
		return r.Clone(), true
	}
	return report.Report{}, false
}

func (d *decodedReports) put(body string, r report.Report) (kept report.Report) {
	r = r.Clone()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.keep(body, r)
	return r
}

// putNew remembers a body that was just made of r, as get would give it once it was decoded, and gives that. Where a text in it cannot
// be written as it is, the two differ and nothing is remembered.
func (d *decodedReports) putNew(body string, r report.Report) (as report.Report, ok bool) {
	if strings.Contains(body, `\ufffd`) {
		return report.Report{}, false
	}
	if len(r.Figures) == 0 {
		r.Figures = nil
	}
	return d.put(body, r), true
}

func (d *decodedReports) keep(body string, r report.Report) {
	if len(d.latest) >= mostDecoded {
		d.latest, d.older = make(map[string]report.Report, mostDecoded), d.latest
	}
	d.latest[body] = r
}
