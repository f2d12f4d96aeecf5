// Command cut takes the whole Bot API as data and writes the part the sandbox checks calls against: the methods it
// serves, every type their parameters reach, the names of all other methods and the kinds of update.
//
//	go run ./cut -licence LICENSE -o botapi.json api.min.json
//
// The full file is api.min.json of https://github.com/PaulSonOfLars/telegram-bot-api-spec (MIT). Descriptions are kept
// word for word, since the sandbox reads the limits ("1-4096 characters") out of them; nothing is added by hand.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
)

// served are the methods the sandbox answers; each has a handler in the package above.
var served = []string{
	"getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo",
	"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "sendChatAction",
	"editMessageText", "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery",
	"setMyCommands", "getMyCommands", "deleteMyCommands",
	"getFile", "getChat", "getChatMember", "leaveChat",
}

type field struct {
	Name        string   `json:"name"`
	Types       []string `json:"types"`
	Required    bool     `json:"required"`
	Description string   `json:"description"`
}

type method struct {
	Returns []string `json:"returns"`
	Fields  []field  `json:"fields,omitempty"`
}

type object struct {
	Description []string `json:"description"`
	Subtypes    []string `json:"subtypes,omitempty"`
	Fields      []field  `json:"fields,omitempty"`
}

// full is the part of the input that is read.
type full struct {
	Version     string            `json:"version"`
	ReleaseDate string            `json:"release_date"`
	Changelog   string            `json:"changelog"`
	Methods     map[string]method `json:"methods"`
	Types       map[string]object `json:"types"`
}

// excerpt is what is written.
type excerpt struct {
	Source       string            `json:"source"`
	Version      string            `json:"version"`
	ReleaseDate  string            `json:"release_date"`
	Changelog    string            `json:"changelog"`
	Data         string            `json:"data"`
	Licence      []string          `json:"licence"`
	Methods      map[string]method `json:"methods"`
	Types        map[string]object `json:"types"`
	OtherMethods []string          `json:"other_methods"`
	UpdateKinds  []string          `json:"update_kinds"`
}

func main() {
	log.SetFlags(0)
	out := flag.String("o", "botapi.json", "file to write")
	licence := flag.String("licence", "", "licence of the input, copied into the output")
	flag.Parse()
	if flag.NArg() != 1 || *licence == "" {
		log.Fatal("usage: cut -licence LICENSE [-o botapi.json] api.min.json")
	}
	if err := run(flag.Arg(0), *licence, *out); err != nil {
		log.Fatal(err)
	}
}

func run(in, licence, out string) error {
	raw, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("read the Bot API: %w", err)
	}
	var api full
	if err := json.Unmarshal(raw, &api); err != nil {
		return fmt.Errorf("decode %s: %w", in, err)
	}
	terms, err := os.ReadFile(licence)
	if err != nil {
		return fmt.Errorf("read the licence: %w", err)
	}
	cut, err := cutOut(api)
	if err != nil {
		return err
	}
	cut.Licence = strings.Split(strings.TrimSpace(string(terms)), "\n")
	f, err := os.Create(out)
	if err != nil {
		return fmt.Errorf("create the excerpt: %w", err)
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(cut); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", out, err)
	}
	return f.Close()
}

func cutOut(api full) (excerpt, error) {
	cut := excerpt{
		Source:      "https://core.telegram.org/bots/api",
		Version:     api.Version,
		ReleaseDate: api.ReleaseDate,
		Changelog:   api.Changelog,
		Data:        "https://github.com/PaulSonOfLars/telegram-bot-api-spec",
		Methods:     make(map[string]method),
		Types:       make(map[string]object),
	}
	for _, name := range served {
		m, ok := api.Methods[name]
		if !ok {
			return excerpt{}, fmt.Errorf("the Bot API has no method %s", name)
		}
		cut.Methods[name] = m
		for _, f := range m.Fields {
			reach(api.Types, cut.Types, f.Types)
		}
	}
	for name := range api.Methods {
		if _, ok := cut.Methods[name]; !ok {
			cut.OtherMethods = append(cut.OtherMethods, name)
		}
	}
	sort.Strings(cut.OtherMethods)
	for _, f := range api.Types["Update"].Fields {
		if f.Name != "update_id" {
			cut.UpdateKinds = append(cut.UpdateKinds, f.Name)
		}
	}
	return cut, nil
}

// reach adds the named types, and all that their fields name, to the excerpt.
func reach(all, cut map[string]object, names []string) {
	for _, name := range names {
		for strings.HasPrefix(name, "Array of ") {
			name = strings.TrimPrefix(name, "Array of ")
		}
		o, ok := all[name]
		if _, seen := cut[name]; seen || !ok {
			continue
		}
		cut[name] = o
		reach(all, cut, o.Subtypes)
		for _, f := range o.Fields {
			reach(all, cut, f.Types)
		}
	}
}
