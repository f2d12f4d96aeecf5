package reading

import (
	"encoding/json"
	"fmt"
	"slices"

	"huibao/report"
)

// lineIn is a message of read --jsonl.
type lineIn struct {
	Text      string `json:"text"`
	Today     string `json:"today,omitempty"`
	Area      string `json:"area,omitempty"` // the sender's area, by code
	Forwarded *bool  `json:"forwarded,omitempty"`
}

// lineOut is a reading of read --jsonl: money in yuan, days YYYY-MM-DD, missing values null.
type lineOut struct {
	Kind      Kind           `json:"kind"`
	Entries   []lineEntry    `json:"entries"`
	Questions []lineQuestion `json:"questions"`
	Unread    []string       `json:"unread"`
}

type lineEntry struct {
	Activity *string      `json:"activity"`
	Date     *string      `json:"date"`
	DateEnd  *string      `json:"date_end"`
	Area     *string      `json:"area"`
	Place    *string      `json:"place"`
	Clear    bool         `json:"clear"`
	Measures []lineFigure `json:"measures"`
}

type lineFigure struct {
	Measure string      `json:"measure"`
	Value   json.Number `json:"value"`
	Unit    string      `json:"unit"`
	Approx  bool        `json:"approx"`
	Part    bool        `json:"part"`
	Running bool        `json:"running"`
}

type lineQuestion struct {
	About   string   `json:"about"`
	Options []string `json:"options"`
}

// Line writes text as a line for ReadLine.
func Line(text string) ([]byte, error) {
	b, err := json.Marshal(lineIn{Text: text})
	if err != nil {
		return nil, fmt.Errorf("write message as JSON: %w", err)
	}
	return b, nil
}

// ReadLine reads a JSON object {"text", "today"?, "area"?, "forwarded"?} and writes the reading of it as one, without a
// line end. What the object leaves out comes from defaults. Text must be masked before: a masked digit is a *.
func (r *Reader) ReadLine(in []byte, defaults Context) ([]byte, error) {
	text, c, err := r.line(in, defaults)
	if err != nil {
		return nil, err
	}
	return r.encodeLine(r.Read(text, c))
}

// line decodes a message and what it says of its sender and day.
func (r *Reader) line(in []byte, defaults Context) (text string, c Context, err error) {
	var x lineIn
	if err := json.Unmarshal(in, &x); err != nil {
		return "", c, fmt.Errorf(`message %.60q: expected {"text", "today", "area", "forwarded"}: %w`, in, err)
	}
	c = defaults
	if x.Today != "" {
		day, err := report.ParseDay(x.Today)
		if err != nil {
			return "", c, fmt.Errorf("today: %w", err)
		}
		c.Today = day
	}
	if x.Area != "" {
		a, ok := r.areas.ByCode(x.Area)
		if !ok {
			return "", c, fmt.Errorf("area %q: no area has that code", x.Area)
		}
		c.Area = a.ID
	}
	if x.Forwarded != nil {
		c.Forwarded = *x.Forwarded
	}
	return x.Text, c, nil
}

func (r *Reader) encodeLine(reading Reading) ([]byte, error) {
	out := lineOut{Kind: reading.Kind, Entries: []lineEntry{}, Questions: []lineQuestion{}, Unread: []string{}}
	out.Unread = append(out.Unread, reading.Unread...)
	for _, e := range slices.Concat(reading.Entries, reading.Plans) {
		entry := lineEntry{Activity: orNull(e.Activity), Date: orNull(e.Day.String()), DateEnd: orNull(e.Until.String()), Place: orNull(e.Place), Clear: e.Clear, Measures: []lineFigure{}}
		if a, ok := r.areas.ByID(e.Area); ok {
			entry.Area = orNull(a.Code)
		}
		for _, f := range e.Figures {
			value, unit := shownValue(f)
			entry.Measures = append(entry.Measures, lineFigure{f.Measure, value, unit, f.Approx, f.Part, f.Running})
		}
		out.Entries = append(out.Entries, entry)
		for _, d := range e.Doubts {
			out.Questions = append(out.Questions, lineQuestion{d.About, append([]string{}, d.Options...)})
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write reading as JSON: %w", err)
	}
	return b, nil
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// shownValue gives a figure's value as people write it: yuan for fen, percent for the thousandths of a rate.
func shownValue(f report.Figure) (json.Number, string) {
	milli, unit := f.Value*1000, f.Unit
	switch unit {
	case report.MoneyUnit:
		milli = f.Value * 10
	case "‰":
		milli, unit = f.Value*100, "%"
	}
	return json.Number(decimalString(milli)), unit
}

// Encode writes a reading as JSON for the store, to be shown later as it was understood.
func Encode(r Reading) ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write reading as JSON: %w", err)
	}
	return b, nil
}

// Decode reads what Encode wrote.
func Decode(b []byte) (Reading, error) {
	var r Reading
	if err := json.Unmarshal(b, &r); err != nil {
		return Reading{}, fmt.Errorf("read reading from JSON: %w", err)
	}
	return r, nil
}
