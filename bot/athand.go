package bot

import "sync"

// mostAtHand bounds what is kept of updates between intake and processing: a few batches.
const mostAtHand = 512

// atHand keeps what updates say from the moment they are received until they are handled, which is mostly the next: so each is
// decoded once. What an update says depends on its body alone, and what is not here is decoded from that.
type atHand struct {
	mu     sync.Mutex
	bodies map[string]update
}

func (a *atHand) put(body []byte, u update) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.bodies == nil || len(a.bodies) >= mostAtHand { // what was received twice is never taken
		a.bodies = map[string]update{}
	}
	a.bodies[string(body)] = u
}

// take gives what an update says to whoever handles it, once.
func (a *atHand) take(body []byte) (u update, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u, ok = a.bodies[string(body)]; ok {
		delete(a.bodies, string(body))
	}
	return u, ok
}
