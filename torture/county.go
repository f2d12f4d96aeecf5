package torture

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"

	"huibao/sandbox/county"
)

const (
	firstCadre = 200_001 // Telegram's id of the first village cadre
	supervisor = county.ChenJing
	secondary  = county.HuangLi
)

// villager is a cadre of a village, of which the county of the demo has none yet.
type villager struct {
	id         int64
	name, area string
}

// villagers are cadres of villages that lie far apart, at most so many of them.
func villagers(most int) ([]villager, error) {
	rows, err := csv.NewReader(bytes.NewReader(county.Areas())).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("the county's areas: %w", err)
	}
	var list []villager
	for _, row := range rows {
		if row[1] == "village" {
			list = append(list, villager{firstCadre + int64(len(list)), row[3] + "妇联", row[0]})
		}
	}
	apart := max(1, len(list)/max(most, 1))
	var chosen []villager
	for i := 0; i < len(list) && len(chosen) < most; i += apart {
		chosen = append(chosen, list[i])
	}
	return chosen, nil
}

// members are the county's own and a cadre for each of so many villages, as huibao import reads them.
func members(villages int) ([]byte, error) {
	list, err := villagers(villages)
	if err != nil {
		return nil, err
	}
	own := county.Members()
	b := bytes.NewBuffer(slices.Clone(own))
	rows := csv.NewWriter(b)
	for _, v := range list {
		if err := rows.Write([]string{strconv.FormatInt(v.id, 10), v.name, "cadre", v.area}); err != nil {
			return nil, err
		}
	}
	rows.Flush()
	return b.Bytes(), rows.Error()
}
