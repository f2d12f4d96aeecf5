package bot

import (
	"context"
	"errors"
	"regexp"
	"time"
)

// player does the acts of a script.
type player struct {
	*world
	users   map[string]int64
	groups  map[string]int64
	codes   map[string]string // invitations by the name they were given
	seen    map[place]string  // every message as it was last seen
	called  int               // the last call that was looked at
	secrets []string          // digits that point at a person and were written in the script
	nevers  []string          // words that must be nowhere at the end
}

// place is where a message stands.
type place struct{ chat, message int64 }

// act is something a line of a script can mean. After a quiet one nobody waits for the bot or looks at the phones: what
// comes of it shows after the next act.
type act struct {
	form  string // a regular expression for the whole line
	quiet bool
	do    func(p *player, m []string) ([]string, error)
}

// The quoted words in “” find a message: the latest that contains them.
var acts = []act{
	{`at (\d{4}-\d\d-\d\d \d\d:\d\d)`, false, (*player).setClock},
	{`wait (\S+)`, false, (*player).wait},
	{`(start|stop|restart)`, false, (*player).power},
	{`back up`, true, (*player).backUp},
	{`restore`, true, (*player).restore},
	{`stranger (\S+)`, true, (*player).stranger},
	{`group (\S+):((?: \S+)+)`, false, (*player).makeGroup},
	{`the bot joins @(\S+)`, false, (*player).botJoins},
	{`the bot is thrown out of @(\S+)`, false, (*player).botLeaves},
	{`@(\S+) becomes a supergroup`, false, (*player).migrate},
	{`invite (\S+): (\S+) (\S+) (\S+)`, true, (*player).invite},
	{`owe (.+)`, true, (*player).owe},
	{`aim (.+)`, true, (*player).aim},
	{`revoke (\S+): (\S+) (\S+)`, true, (*player).revoke},
	{`hand (\S+) over: (\S+) to (\S+)`, true, (*player).handOver},
	{`published (\S+)(?: of (\S+))?`, true, (*player).published},
	{`fault (\S+) (\S+)(?: ×(\d+))?(?: after (\d+)s)?`, true, (*player).fault},
	{`the receipt “(.+)” is deleted`, true, (*player).deleteReceipt},
	{`the last update comes again( under a new id)?`, false, (*player).redeliver},
	{`raw (.+)`, true, (*player).rawUpdate},
	{`ids go on at (\d+)`, true, (*player).jumpIDs},
	{`never (.+)`, true, (*player).never},
	{`db (\S+)(?: (.+))?`, true, (*player).rows},
	{`(\S+) blocks`, false, (*player).blocks},
	{`(\S+) unblocks`, false, (*player).unblocks},
	{`(\S+?)(?: @(\S+))? sends (sticker|voice|location|contact|poll|video)`, false, (*player).sendsOther},
	{`(\S+?)(?: @(\S+))? sends (\d+) photos?(?: of album (\S+))?(?: in reply to “(.+?)”)?(?:, captioned on (\d+))?(?:: (.+))?`, false, (*player).sendsPhotos},
	{`(\S+) sends file (\S+?)(?:: (.+))?`, false, (*player).sendsFile},
	{`(\S+) returns (\S+?)(?: in reply to “(.+?)”)?(?: captioned (\S+))?: (.+)`, false, (*player).returnsTable},
	{`(\S+?)(?: @(\S+))? edits “(.+?)”: (.+)`, false, (*player).edits},
	{`(\S+?)(?: @(\S+))? replies to “(.+?)”: (.+)`, false, (*player).replies},
	{`(\S+) replies to (?:the photo|her own “(.+?)”): (.+)`, false, (*player).repliesToOwn},
	{`(\S+?)(?: @(\S+))? presses \[(.+?)\](?: on “(.+)”)?( twice)?`, false, (*player).presses},
	{`(\S+) forges (\S+) on “(.+)”`, false, (*player).forges},
	{`(\S+) forwards: (.+)`, false, (*player).forwards},
	{`(\S+?)(?: @(\S+))?: (.+)`, false, (*player).writes},
}

var actForms = func() (forms []*regexp.Regexp) {
	for _, a := range acts {
		forms = append(forms, regexp.MustCompile(`^`+a.form+`$`))
	}
	return forms
}()

// do does what a line says and gives what came of it.
func (p *player) do(line string) ([]string, error) {
	for i, form := range actForms {
		m := form.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		rows, err := acts[i].do(p, m[1:])
		if err != nil || rows != nil {
			return rows, err
		}
		if acts[i].quiet {
			return nil, nil
		}
		if p.cancel != nil {
			p.settle()
		}
		return p.sees(), nil
	}
	return nil, errors.New("no act is written like this")
}

func (p *player) ctx() context.Context { return p.t.Context() }

// Time and the bot itself.

func (p *player) setClock(m []string) ([]string, error) {
	at, err := time.ParseInLocation(minute, m[0], p.zone)
	p.clock.Set(at)
	return nil, err
}

func (p *player) wait(m []string) ([]string, error) {
	d, err := time.ParseDuration(m[0])
	p.clock.Advance(d)
	return nil, err
}

func (p *player) power(m []string) ([]string, error) {
	if m[0] != "start" {
		p.stop()
		p.until("nobody waits for messages", func() bool { return !p.state().Polling })
	}
	if m[0] != "stop" {
		p.start()
	}
	return nil, nil
}
