package sandbox

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./cut -licence $BOTAPI_LICENCE -o botapi.json $BOTAPI_JSON

//go:embed botapi.json
var botapiJSON []byte

// botAPI is the Bot API compiled for checking, made once for all servers of a process.
var botAPI = sync.OnceValue(func() *rules {
	r, err := compileRules(botapiJSON)
	if err != nil {
		panic("sandbox: botapi.json: " + err.Error())
	}
	return r
})

// rules is botapi.json made fast: every name resolved, every limit read out of its sentence.
type rules struct {
	methods map[string]*method // by name in lower case: Telegram does not mind the case of a method
	others  map[string]bool    // methods of the Bot API that are not in the sandbox, in lower case
	kinds   map[string]bool    // kinds of update, e.g. "edited_message"
}

// method is one call: its name as the Bot API spells it and its parameters.
type method struct {
	name string
	*object
}

// object is a set of named fields: the parameters of a method, or a type.
type object struct {
	name     string
	fields   map[string]*field
	required []*field
	constant string // what the field "type" must be, e.g. "chat_member"; empty when it is free
	actions  int    // how many of the fields not in labels must be set: none stated 0, exactly one, at most one
	labels   map[string]bool
	orString bool // a plain string may stand for the object
}

const (
	exactlyOne = 1 + iota
	atMostOne
)

// field is one parameter or one field of a type.
type field struct {
	name     string
	owner    string // method or type
	required bool
	shape    *shape
	limits
}

// limits are what the description of a field says about its value.
type limits struct {
	min, max  int // of unit; max 0: none stated
	unit      unit
	parsed    bool            // counted after entities parsing, so checked by formatText
	oneOf     map[string]bool // values allowed; nil: any
	pattern   *regexp.Regexp  // characters allowed; nil: any
	onlyFor   string          // the value of "type" this field belongs to, e.g. text_link
	patternIs string          // the sentence behind pattern
}

type unit int

const (
	noUnit     unit = iota
	characters      // UTF-16 code units
	bytesUnit
	items
	number
)

// shape is what a value may look like.
type shape struct {
	kind   kind
	elem   *shape   // of an array
	object *object  // of an object
	union  []*shape // of several; strings and numbers first
	name   string   // as the Bot API writes it
}

type kind int

const (
	integer kind = iota
	float
	str
	boolean
	file
	array
	structured
	several
)

// apiField, apiMethod, apiType are the rows of botapi.json.
type apiField struct {
	Name        string   `json:"name"`
	Types       []string `json:"types"`
	Required    bool     `json:"required"`
	Description string   `json:"description"`
}

type apiMethod struct {
	Fields []apiField `json:"fields"`
}

type apiType struct {
	Description []string   `json:"description"`
	Subtypes    []string   `json:"subtypes"`
	Fields      []apiField `json:"fields"`
}

func compileRules(raw []byte) (*rules, error) {
	var api struct {
		Methods      map[string]apiMethod `json:"methods"`
		Types        map[string]apiType   `json:"types"`
		OtherMethods []string             `json:"other_methods"`
		UpdateKinds  []string             `json:"update_kinds"`
	}
	if err := json.Unmarshal(raw, &api); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	c := compiler{types: api.Types, done: make(map[string]*object)}
	r := &rules{methods: make(map[string]*method), others: make(map[string]bool), kinds: make(map[string]bool)}
	for name, m := range api.Methods {
		o := &object{name: name}
		if err := c.fill(o, m.Fields); err != nil {
			return nil, err
		}
		r.methods[strings.ToLower(name)] = &method{name: name, object: o}
	}
	for _, name := range api.OtherMethods {
		r.others[strings.ToLower(name)] = true
	}
	for _, k := range api.UpdateKinds {
		r.kinds[k] = true
	}
	return r, nil
}

// compiler resolves names; done holds finished and half-finished types, so that types may name each other.
type compiler struct {
	types map[string]apiType
	done  map[string]*object
}

func (c *compiler) fill(o *object, fields []apiField) error {
	o.fields = make(map[string]*field, len(fields))
	for _, af := range fields {
		s, err := c.shape(af.Types)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", o.name, af.Name, err)
		}
		f := &field{name: af.Name, owner: o.name, required: af.Required, shape: s, limits: readLimits(af)}
		o.fields[f.name] = f
		if f.required {
			o.required = append(o.required, f)
		}
		if m := mustBe.FindStringSubmatch(af.Description); af.Name == "type" && m != nil {
			o.constant = m[1]
		}
	}
	return nil
}

// shape compiles the types a value may have. Several array types become one array of several.
func (c *compiler) shape(names []string) (*shape, error) {
	if len(names) == 1 {
		return c.single(names[0])
	}
	elems := make([]string, 0, len(names))
	for _, n := range names {
		if e, ok := strings.CutPrefix(n, "Array of "); ok {
			elems = append(elems, e)
		}
	}
	if len(elems) == len(names) {
		e, err := c.shape(elems)
		return &shape{kind: array, elem: e, name: "Array of " + strings.Join(elems, " or ")}, err
	}
	s := &shape{kind: several, name: strings.Join(names, " or ")}
	for _, n := range names {
		one, err := c.single(n)
		if err != nil {
			return nil, err
		}
		s.union = append(s.union, one)
	}
	return s, nil
}

func (c *compiler) single(name string) (*shape, error) {
	if k, ok := plainKinds[name]; ok {
		return &shape{kind: k, name: name}, nil
	}
	if e, ok := strings.CutPrefix(name, "Array of "); ok {
		elem, err := c.single(e)
		return &shape{kind: array, elem: elem, name: name}, err
	}
	t, ok := c.types[name]
	if !ok {
		return nil, fmt.Errorf("type %s is not in the data", name)
	}
	if len(t.Subtypes) > 0 {
		s, err := c.shape(t.Subtypes)
		if s != nil {
			s.name = name
		}
		return s, err
	}
	o, err := c.object(name, t)
	return &shape{kind: structured, object: o, name: name}, err
}

var plainKinds = map[string]kind{"Integer": integer, "Float": float, "String": str, "Boolean": boolean, "InputFile": file}

func (c *compiler) object(name string, t apiType) (*object, error) {
	if o, ok := c.done[name]; ok {
		return o, nil
	}
	o := &object{name: name}
	c.done[name] = o
	about := strings.Join(t.Description, " ")
	o.orString = strings.Contains(about, "String can be used instead of this object")
	if m := oneAction.FindStringSubmatch(about); m != nil {
		o.actions = exactlyOne
		if m[1] == "At most" {
			o.actions = atMostOne
		}
		o.labels = make(map[string]bool)
		for _, l := range fieldName.FindAllString(strings.ReplaceAll(m[2], " and ", " "), -1) {
			o.labels[l] = true
		}
	}
	return o, c.fill(o, t.Fields)
}

// The sentences limits are read from.
var (
	mustBe     = regexp.MustCompile(`must be (\w+)$`)
	oneAction  = regexp.MustCompile(`(Exactly|At most) one of the fields other than ([a-z_, ]+) must be used`)
	fieldName  = regexp.MustCompile(`[a-z_]+`)
	inChars    = regexp.MustCompile(`(\d+)-(\d+) characters( after entit\w+ parsing)?`)
	inBytes    = regexp.MustCompile(`(\d+)-(\d+) bytes`)
	inItems    = regexp.MustCompile(`must include (\d+)-(\d+) items`)
	atMost     = regexp.MustCompile(`At most (\d+) \w+ can be specified`)
	inNumbers  = regexp.MustCompile(`(?:between |[,;] )(\d+)-(\d+)(?: are accepted|\. Defaults)`)
	onlyFor    = regexp.MustCompile(`For "(\w+)" only`)
	oneOfQuote = regexp.MustCompile(`Currently, can be|Must be one of`)
	quoted     = regexp.MustCompile(`"(\w+)"`)
	chooseOne  = regexp.MustCompile(`(?:: |, )(\w+)(?: or (\w+))? for `)
	charsets   = map[string]*regexp.Regexp{
		"Can contain only lowercase English letters, digits and underscores": regexp.MustCompile(`^[a-z0-9_]*$`),
		"Only characters A-Z, a-z, 0-9, _ and - are allowed":                 regexp.MustCompile(`^[A-Za-z0-9_-]*$`),
	}
)

func readLimits(f apiField) limits {
	var l limits
	about := f.Description
	span := func(m []string, u unit) {
		l.min, _ = strconv.Atoi(m[1])
		l.max, _ = strconv.Atoi(m[2])
		l.unit = u
	}
	if m := inChars.FindStringSubmatch(about); m != nil {
		span(m, characters)
		l.parsed = m[3] != ""
	} else if m := inBytes.FindStringSubmatch(about); m != nil {
		span(m, bytesUnit)
	} else if m := inItems.FindStringSubmatch(about); m != nil {
		span(m, items)
	} else if m := atMost.FindStringSubmatch(about); m != nil {
		span([]string{"", "0", m[1]}, items)
	} else if m := inNumbers.FindStringSubmatch(about); m != nil && f.Types[0] == "Integer" {
		span(m, number)
	}
	if m := onlyFor.FindStringSubmatch(about); m != nil {
		l.onlyFor = m[1]
	}
	for sentence, re := range charsets {
		if strings.Contains(about, sentence) {
			l.pattern, l.patternIs = re, sentence
		}
	}
	l.oneOf = readValues(about)
	return l
}

// readValues finds the closed list of values in a description, nil when it has none.
func readValues(about string) map[string]bool {
	var found [][]string
	if oneOfQuote.MatchString(about) {
		found = quoted.FindAllStringSubmatch(about, -1)
	} else if strings.Contains(about, "Choose one") {
		found = chooseOne.FindAllStringSubmatch(about, -1)
	}
	if found == nil {
		return nil
	}
	values := make(map[string]bool)
	for _, m := range found {
		for _, v := range m[1:] {
			if v != "" {
				values[v] = true
			}
		}
	}
	return values
}
