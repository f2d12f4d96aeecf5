package bot

import (
	"time"

	"golang.org/x/time/rate"
)

// The limits Telegram states for bots (Bot API FAQ, "My bot is hitting limits"): about 30 messages a second over all
// chats, one a second in a chat with short bursts tolerated, 20 a minute in a group.
const (
	chatBurst  = 3
	groupBurst = 3
)

var (
	chatPace  = rate.Every(time.Second)
	groupPace = rate.Every(time.Minute / 20)
)

// pace says when a message may go out. It belongs to the delivery loop and is not safe for concurrent use.
type pace struct {
	overall *rate.Limiter // nil: no pacing at all, for a Bot API server of one's own
	chats   map[int64]*rate.Limiter
}

// newPace makes a pace of perSecond messages over all chats; 0 lifts every limit.
func newPace(perSecond float64) *pace {
	if perSecond <= 0 {
		return &pace{}
	}
	return &pace{rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond))), map[int64]*rate.Limiter{}}
}

// take reserves a place for one message to the chat (negative ids are groups) and gives 0, or reserves nothing and tells
// how long to wait.
func (p *pace) take(chat int64, now time.Time) time.Duration {
	if p.overall == nil {
		return 0
	}
	limiter, ok := p.chats[chat]
	if !ok {
		if len(p.chats) > 10_000 {
			p.forgetIdle(now)
		}
		limiter = rate.NewLimiter(chatPace, chatBurst)
		if chat < 0 {
			limiter = rate.NewLimiter(groupPace, groupBurst)
		}
		p.chats[chat] = limiter
	}
	own := limiter.ReserveN(now, 1)
	if wait := own.DelayFrom(now); wait > 0 {
		own.CancelAt(now)
		return wait
	}
	all := p.overall.ReserveN(now, 1)
	if wait := all.DelayFrom(now); wait > 0 {
		all.CancelAt(now)
		own.CancelAt(now)
		return wait
	}
	return 0
}

// forgetIdle drops the chats whose allowance is full again: they are as new.
func (p *pace) forgetIdle(now time.Time) {
	for chat, limiter := range p.chats {
		if limiter.TokensAt(now) >= float64(limiter.Burst()) {
			delete(p.chats, chat)
		}
	}
}
