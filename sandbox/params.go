package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// maxBody is the most a call may carry: Telegram takes documents of 50 MB.
const maxBody = 50<<20 + 1<<20

// params are the parameters of one call, from whichever of Telegram's encodings: query string, urlencoded form, multipart
// form or JSON object.
type params struct {
	values map[string]value
	files  map[string]*upload // parts with a file name, by part name
}

// value is one parameter. In a form everything is text; from a JSON body tree is the decoded value and text is what a form
// would have carried: a string's content, any other value's JSON.
type value struct {
	text string
	form bool
	tree any
}

// upload is a file sent with a call.
type upload struct {
	name    string
	content []byte
}

func readParams(w http.ResponseWriter, r *http.Request) (*params, *apiError) {
	p := &params{values: make(map[string]value)}
	if r.URL.RawQuery != "" {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, badRequest("can't parse the query string")
		}
		if err := p.addForm(query); err != nil {
			return nil, err
		}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return nil, &apiError{code: 405, description: "Method Not Allowed"}
	}
	body := http.MaxBytesReader(w, r.Body, maxBody)
	kind, attrs, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return p, p.readJSON(body)
	case "application/x-www-form-urlencoded":
		return p, p.readForm(body)
	case "multipart/form-data":
		return p, p.readMultipart(body, attrs["boundary"])
	}
	if n, err := io.CopyN(io.Discard, body, 1); n > 0 || !errors.Is(err, io.EOF) {
		return nil, badRequest("can't read a body of type %q: send JSON, a form or a multipart form", kind)
	}
	return p, nil
}

func (p *params) readJSON(body io.Reader) *apiError {
	raw, err := io.ReadAll(body)
	if err != nil {
		return bodyError(err)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return badRequest("can't parse the body as a JSON object")
	}
	for name, raw := range fields {
		v := value{text: string(raw)}
		if v.tree, err = decodeTree(raw); err != nil {
			return badRequest("can't parse the body as a JSON object")
		}
		if s, ok := v.tree.(string); ok {
			v.text = s
		}
		if err := p.add(name, v); err != nil {
			return err
		}
	}
	return nil
}

func (p *params) readForm(body io.Reader) *apiError {
	raw, err := io.ReadAll(body)
	if err != nil {
		return bodyError(err)
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return badRequest("can't parse the urlencoded body")
	}
	return p.addForm(form)
}

// readMultipart reads the parts. A body without any part, as client libraries send for a call without parameters, has none.
func (p *params) readMultipart(body io.Reader, boundary string) *apiError {
	if boundary == "" {
		return badRequest("multipart body without a boundary")
	}
	form := multipart.NewReader(body, boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bodyError(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return bodyError(err)
		}
		if err := p.addPart(part, content); err != nil {
			return err
		}
	}
}

func (p *params) addPart(part *multipart.Part, content []byte) *apiError {
	name := part.FormName()
	if part.FileName() == "" {
		return p.add(name, value{text: string(content), form: true})
	}
	if p.has(name) {
		return badRequest("parameter %q is given twice", name)
	}
	if p.files == nil {
		p.files = make(map[string]*upload)
	}
	p.files[name] = &upload{name: part.FileName(), content: content}
	return nil
}

func (p *params) addForm(form url.Values) *apiError {
	for name, values := range form {
		for _, text := range values {
			if err := p.add(name, value{text: text, form: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *params) add(name string, v value) *apiError {
	if p.has(name) {
		return badRequest("parameter %q is given twice", name)
	}
	p.values[name] = v
	return nil
}

func bodyError(err error) *apiError {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &apiError{code: 413, description: "Request Entity Too Large"}
	}
	return badRequest("can't read the body: %v", err)
}

func (p *params) has(name string) bool {
	_, isValue := p.values[name]
	_, isFile := p.files[name]
	return isValue || isFile
}

// names lists the parameters in alphabetical order, so that of several mistakes the same one is always reported.
func (p *params) names() []string {
	names := make([]string, 0, len(p.values)+len(p.files))
	for name := range p.values {
		names = append(names, name)
	}
	for name := range p.files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// attached reports whether another parameter refers to the uploaded part by attach://.
func (p *params) attached(part string) bool {
	for _, v := range p.values {
		if strings.Contains(v.text, `attach://`+part) {
			return true
		}
	}
	return false
}

func (p *params) text(name string) string { return p.values[name].text }

// int is the parameter as a number; check has made sure that it is one. Absent is 0.
func (p *params) int(name string) int64 { return p.values[name].int() }

func (v value) int() int64 {
	n, _ := strconv.ParseInt(v.text, 10, 64)
	return n
}

func (p *params) bool(name string) bool {
	b, _ := strconv.ParseBool(p.values[name].text)
	return b
}

// decode reads a JSON parameter into dst; an absent one leaves dst alone.
func (p *params) decode(name string, dst any) *apiError {
	v, ok := p.values[name]
	if !ok {
		return nil
	}
	if err := json.Unmarshal([]byte(v.text), dst); err != nil {
		return badRequest("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return nil
}

// decodeTree decodes one JSON value, numbers as json.Number.
func decodeTree(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("decode a JSON value: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return tree, nil
}
