package report

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed catalogue.yaml
var defaultCatalogue []byte

// DefaultCatalogue gives the catalogue that comes with the program. It is parsed once; the caller does not change it.
var DefaultCatalogue = sync.OnceValue(func() *Catalogue {
	c, err := ParseCatalogue("catalogue.yaml", defaultCatalogue)
	if err != nil {
		panic(err) // the embedded file is part of the program: a test parses it
	}
	return c
})

// maxCatalogue bounds a catalogue's file; the one that comes with the program has some 60 KB.
const maxCatalogue = 1 << 20

// ParseCatalogue reads a catalogue in YAML and checks it. Each error it joins says file:line, what is wrong and what is
// expected: unknown fields and values, codes used twice, words two activities claim, rules and parts that lead nowhere.
func ParseCatalogue(file string, b []byte) (*Catalogue, error) {
	if len(b) > maxCatalogue {
		return nil, fmt.Errorf("%s: %d bytes, expected at most %d", file, len(b), maxCatalogue)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	var c Catalogue
	switch err := d.Decode(&c); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s:1: the file is empty, expected version, activities", file)
	case err != nil:
		return nil, yamlError(file, err)
	}
	var more yaml.Node
	switch err := d.Decode(&more); {
	case err == nil:
		return nil, fmt.Errorf("%s:%d: a second document (---), expected one", file, more.Line)
	case !errors.Is(err, io.EOF):
		return nil, yamlError(file, err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(b, &root); err != nil {
		return nil, yamlError(file, err)
	}
	v := catalogueCheck{file: file, c: &c, root: root.Content[0]}
	v.check()
	if err := errors.Join(v.errs...); err != nil {
		return nil, err
	}
	return &c, nil
}

var yamlLine = regexp.MustCompile(`(?s)^(?:yaml: )?line (\d+)(?:, column \d+)?: (.*)$`)

// yamlError puts the file and the line first, one error for each thing the decoder found.
func yamlError(file string, err error) error {
	var all *yaml.LoadErrors
	if !errors.As(err, &all) {
		return fileLine(file, err)
	}
	var errs []error
	for _, e := range all.Errors {
		errs = append(errs, fileLine(file, e))
	}
	return errors.Join(errs...)
}

// plainTypes says what the decoder expected in the words of the file.
var plainTypes = strings.NewReplacer("[]report.Activity", "a list of activities", "[]report.Measure", "a list of measures",
	"[]report.Rule", "a list of rules", "[]string", "a list of words", "in type report.Activity", "in an activity",
	"in type report.Measure", "in a measure", "in type report.Rule", "in a rule", "in type report.Catalogue", "in the catalogue",
	"report.", "")

func fileLine(file string, err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: %s", file, m[1], plainTypes.Replace(m[2]))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// catalogueCheck collects what is wrong with the meaning of a catalogue whose form is right.
type catalogueCheck struct {
	file string
	c    *Catalogue
	root *yaml.Node
	errs []error
}

func (v *catalogueCheck) check() {
	if v.c.Version < 1 {
		v.failAt(v.line("version"), "version %d, expected 1 or more", v.c.Version)
	}
	if len(v.c.Activities) == 0 {
		v.failAt(v.line("activities"), "no activity, expected at least one")
	}
	codes := map[string]bool{}
	words := map[string]string{}
	for i, a := range v.c.Activities {
		if codes[a.Code] {
			v.fail(i, "activity %q is there twice, expected each code once", a.Code)
		}
		codes[a.Code] = true
		v.activity(i, a, words)
	}
	for i, r := range v.c.Rules {
		v.rule(i, r, codes)
	}
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (v *catalogueCheck) activity(i int, a Activity, words map[string]string) {
	if !codeForm.MatchString(a.Code) {
		v.fail(i, "activity code %q, expected a-z, 0-9 and _, at most 40", a.Code)
	}
	if a.Name == "" || a.Short == "" {
		v.fail(i, "activity %s: name or short is missing", a.Code)
	}
	if len(a.Words) == 0 {
		v.fail(i, "activity %s: no words, expected those cadres use for it", a.Code)
	}
	for _, w := range slices.Concat(a.Words, a.Forms) {
		if other, ok := words[w]; ok {
			v.fail(i, "activity %s: the word %q is %s's already; make it weak in both and write a rule", a.Code, w, other)
		}
		words[w] = a.Code
	}
	seen := map[string]bool{}
	for j, m := range a.Measures {
		if seen[m.Code] {
			v.fail(i, "activity %s: measure %q is there twice, expected each code once", a.Code, m.Code)
		}
		seen[m.Code] = true
		v.measure(i, j, a, m)
	}
	if !seen[MeasureSessions] && !countsOnly(a) {
		v.fail(i, "activity %s: no measure %q, expected one: its events are counted", a.Code, MeasureSessions)
	}
}

// countsOnly tells whether the activity has no events of its own, as where people or money are what is told.
func countsOnly(a Activity) bool {
	_, events := a.Measure("participants")
	return !events
}

func (v *catalogueCheck) measure(i, j int, a Activity, m Measure) {
	fail := func(format string, args ...any) {
		v.failAt(v.line("activities", i, "measures", j), "activity %s, measure %s: "+format, append([]any{a.Code, m.Code}, args...)...)
	}
	if !codeForm.MatchString(m.Code) {
		fail("the code is no code, expected a-z, 0-9 and _, at most 40")
	}
	if m.Name == "" || m.Short == "" || m.Unit == "" {
		fail("name, short or unit is missing")
	}
	switch m.Adds {
	case Flow, Yearly, Parallel, PartOnly, Rate:
	default:
		fail("adds %q, expected flow, yearly, parallel, part or rate", m.Adds)
	}
	switch m.Persons {
	case NoPersons, Times, Distinct:
	default:
		fail("persons %q, expected times or distinct", m.Persons)
	}
	_, known := a.Measure(m.PartOf)
	switch {
	case m.PartOf == m.Code:
		fail("part of itself, expected another measure")
	case m.PartOf != "" && !known:
		fail("part_of %q is no measure of the activity", m.PartOf)
	case m.Adds == PartOnly && m.PartOf == "":
		fail("adds part, expected part_of")
	}
	if m.Each != nil {
		if _, known := a.Measure(m.Each.Of); !known || m.Each.From > m.Each.To {
			fail("each of %q from %d to %d, expected another measure and amounts in order", m.Each.Of, m.Each.From, m.Each.To)
		}
	}
	if m.Ask < 0 {
		fail("ask %d, expected 0 or more", m.Ask)
	}
}

func (v *catalogueCheck) rule(i int, r Rule, codes map[string]bool) {
	fail := func(format string, args ...any) {
		v.failAt(v.line("rules", i), "rule for %q: "+format, append([]any{r.Word}, args...)...)
	}
	if r.Word == "" || len(r.With) == 0 {
		fail("word or with is missing")
	}
	if !codes[r.Activity] {
		fail("activity %q is not in the catalogue", r.Activity)
	}
	if (r.From == "") != (r.To == "") {
		fail("from and to, expected both or none")
	}
	for _, day := range []string{r.From, r.To} {
		if _, err := ParseDay("2024-" + day); day != "" && err != nil {
			fail("%q, expected MM-DD", day)
		}
	}
	if r.From > r.To {
		fail("from %s to %s, expected days of one year in order", r.From, r.To)
	}
}

func (v *catalogueCheck) fail(activity int, format string, args ...any) {
	v.failAt(v.line("activities", activity), format, args...)
}

func (v *catalogueCheck) failAt(line int, format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("%s:%d: %s", v.file, line, fmt.Sprintf(format, args...)))
}

// line gives the line of what the path leads to, of the last step that is there otherwise.
func (v *catalogueCheck) line(path ...any) int {
	n, line := v.root, v.root.Line
	for _, step := range path {
		n = child(n, step)
		if n == nil {
			return line
		}
		line = n.Line
	}
	return line
}

// child gives the value of a mapping's key or the item of a sequence, following an alias.
func child(n *yaml.Node, step any) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch step := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && step < len(n.Content) {
			return n.Content[step]
		}
	case string:
		for k := 0; k+1 < len(n.Content) && n.Kind == yaml.MappingNode; k += 2 {
			if n.Content[k].Value == step {
				return n.Content[k+1]
			}
		}
	}
	return nil
}
