// Package province has the areas of a whole province, to try and measure the bot on more than a county: Hunan (湖南省) with its
// 14 cities, the 122 counties and 12 zones the bureau counts like them, 2,008 townships and 29,534 villages and communities.
// The areas are real (README.md says where they come from), the people are made up. It gives tables as `huibao import` reads
// them.
package province

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

//go:embed areas.csv.gz
var packed []byte

// Areas gives the areas as CSV: code,level,parent,name,short.
func Areas() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack the areas: %w", err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpack the areas: %w", err)
	}
	return b, nil
}

// FirstMember is the least Telegram id of the made-up members.
const FirstMember = 8_000_000_001

// Members gives made-up members as CSV: telegram_id,name,role,area. Each area down to the counties has an administrator and a
// supervisor, each township a cadre, and in the city with that code each village too.
func Members(city string) ([]byte, error) {
	areas, err := Areas()
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(areas)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the areas: %w", err)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	id := int64(FirstMember)
	add := func(name, role, area string) {
		w.Write([]string{strconv.FormatInt(id, 10), name, role, area}) // a buffer's Write has no error
		id++
	}
	w.Write([]string{"telegram_id", "name", "role", "area"})
	for _, r := range rows[1:] {
		code, level, name := r[0], r[1], r[3]
		switch level {
		case "province", "city", "county":
			add(name+"办公室", "admin", code)
			add(name+"分管", "supervisor", code)
		case "township":
			add(name+"干部", "cadre", code)
		default:
			if strings.HasPrefix(code, strings.TrimSuffix(city, "00")) {
				add(name+"干部", "cadre", code)
			}
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}
