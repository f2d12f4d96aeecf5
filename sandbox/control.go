package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// maxControlBody bounds what the control tree reads.
const maxControlBody = 1 << 20

// controlTree routes /control/….
func (s *Server) controlTree() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /control/state", s.showState)
	mux.HandleFunc("GET /control/messages", s.showMessages)
	mux.HandleFunc("GET /control/callbacks", s.showCallbacks)
	mux.HandleFunc("GET /control/commands", s.showCommands)
	mux.HandleFunc("GET /control/calls", s.showCalls)
	mux.HandleFunc("GET /control/files/{unique}", s.showFile)
	mux.HandleFunc("GET /control/clock", s.showClock)
	mux.HandleFunc("GET /control/clock/stream", s.streamClock)
	mux.HandleFunc("GET /control/events", s.streamEvents)

	mux.HandleFunc("POST /control/users", control(s.makeUser))
	mux.HandleFunc("POST /control/groups", control(s.makeGroup))
	mux.HandleFunc("POST /control/send", control(s.userSends))
	mux.HandleFunc("POST /control/sends", control(s.usersSend))
	mux.HandleFunc("POST /control/edit", control(s.userEdits))
	mux.HandleFunc("POST /control/press", control(s.userPresses))
	mux.HandleFunc("POST /control/join", control(s.userJoins))
	mux.HandleFunc("POST /control/leave", control(s.userLeaves))
	mux.HandleFunc("POST /control/block", control(s.userBlocks))
	mux.HandleFunc("POST /control/unblock", control(s.userUnblocks))
	mux.HandleFunc("POST /control/kick", control(s.kickBot))
	mux.HandleFunc("POST /control/migrate", control(s.migrate))

	mux.HandleFunc("POST /control/phones", control(s.setPhones))
	mux.HandleFunc("POST /control/clock", control(s.setClock))
	mux.HandleFunc("POST /control/faults", control(s.addFault))
	mux.HandleFunc("POST /control/limits", control(s.setLimits))
	mux.HandleFunc("POST /control/update_id", control(s.setUpdateID))
	mux.HandleFunc("POST /control/raw", control(s.sendRaw))
	mux.HandleFunc("POST /control/webhook_repeat", s.webhookRepeat)
	mux.HandleFunc("POST /control/process", s.actOnProcess)
	return mux
}

// control makes a handler of a function from a JSON body to an answer. The function takes the server's lock itself.
func control[In, Out any](act func(In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := readControl(w, r, &in); err != nil {
			refuse(w, err)
			return
		}
		out, err := act(in)
		if err != nil {
			refuse(w, err)
			return
		}
		answer(w, out)
	}
}

// readControl decodes a body strictly: one JSON object without unknown fields.
func readControl(w http.ResponseWriter, r *http.Request, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fmt.Errorf("the body is over %d bytes: expected less", maxControlBody)
	}
	if err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body goes on after the JSON object: expected one object")
	}
	return nil
}

// refuse answers {"error":…} with 400.
func refuse(w http.ResponseWriter, err error) {
	body, encErr := json.Marshal(map[string]string{"error": err.Error()})
	if encErr != nil { // a map of strings always encodes
		panic(encErr)
	}
	send(w, http.StatusBadRequest, body)
}

func answer(w http.ResponseWriter, out any) {
	body, err := json.Marshal(out)
	if err != nil {
		refuse(w, fmt.Errorf("encode the answer: %w", err))
		return
	}
	send(w, http.StatusOK, body)
}

// queryInt reads a whole number from the query string; absent is 0.
func queryInt(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is %q: expected a whole number", name, text)
	}
	return n, nil
}

// nothing is the answer {} to what has none.
type nothing struct{}

// ClockReport is the sandbox's time as GET /control/clock answers it.
type ClockReport struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

// clockOffset is one event of /control/clock/stream.
type clockOffset struct {
	OffsetMS int64      `json:"offset_ms"` // sandbox time minus real time
	FrozenAt *time.Time `json:"frozen_at"`
}

func (s *Server) clockReport() ClockReport {
	state, _ := s.clock.State()
	return ClockReport{Now: s.clock.Now(), Frozen: state.FrozenAt != nil}
}

func (s *Server) clockOffset() clockOffset {
	state, _ := s.clock.State()
	return clockOffset{OffsetMS: state.Offset.Milliseconds(), FrozenAt: state.FrozenAt}
}

func (s *Server) showClock(w http.ResponseWriter, _ *http.Request) {
	answer(w, s.clockReport())
}

type clockChange struct {
	Now     *time.Time `json:"now,omitempty"`
	Advance string     `json:"advance,omitempty"`
	Frozen  *bool      `json:"frozen,omitempty"`
}

func (s *Server) setClock(in clockChange) (ClockReport, error) {
	step := time.Duration(0)
	if in.Advance != "" {
		var err error
		if step, err = time.ParseDuration(in.Advance); err != nil {
			return ClockReport{}, fmt.Errorf("advance is %q: expected a duration like 24h or 90m", in.Advance)
		}
	}
	if in.Frozen != nil {
		s.clock.Freeze(*in.Frozen)
	}
	if in.Now != nil {
		s.clock.Set(*in.Now)
	}
	if step != 0 {
		s.clock.Advance(step)
	}
	return s.clockReport(), nil
}

func (s *Server) setPhones(in struct {
	Phones []Phone `json:"phones"`
}) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range in.Phones {
		if s.world.users[p.UserID] == nil {
			return nothing{}, unknownUser(p.UserID)
		}
	}
	s.phones = in.Phones
	s.emit(phonesEvent{Type: "phones", Phones: s.phones})
	return nothing{}, nil
}

func (s *Server) addFault(f Fault) (nothing, error) {
	if err := f.validate(s.rules); err != nil {
		return nothing{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[f.Method] = append(s.faults[f.Method], &f)
	return nothing{}, nil
}

func (s *Server) setLimits(in struct {
	On bool `json:"on"`
}) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = sendLimits{on: in.On}
	return nothing{}, nil
}

// setUpdateID lets the ids jump, up or down, as Telegram's do after a quiet week.
func (s *Server) setUpdateID(in struct {
	Next int64 `json:"next"`
}) (nothing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Next <= 0 {
		return nothing{}, fmt.Errorf("next is %d: expected a positive number", in.Next)
	}
	if n := len(s.queue.items); n > 0 && in.Next <= s.queue.items[n-1].id {
		return nothing{}, fmt.Errorf("next is %d, but update %d still waits: expected a greater number, or an empty queue",
			in.Next, s.queue.items[n-1].id)
	}
	s.queue.next = in.Next
	return nothing{}, nil
}

type rawUpdate struct {
	Update json.RawMessage `json:"update"`
	Text   *string         `json:"text"`
}

// sendRaw queues an update as it is, or a text that is none.
func (s *Server) sendRaw(in rawUpdate) (map[string]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := in.body(s.queue.next)
	if err != nil {
		return nil, err
	}
	id, err := s.pushRaw(body)
	return map[string]int64{"update_id": id}, err
}

func (in rawUpdate) body(next int64) ([]byte, error) {
	if (in.Update == nil) == (in.Text == nil) {
		return nil, errors.New("expected either update or text")
	}
	if in.Text != nil {
		return []byte(*in.Text), nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(in.Update, &fields) != nil || fields == nil || fields["update_id"] != nil {
		return in.Update, nil
	}
	fields["update_id"] = strconv.AppendInt(nil, next, 10)
	return json.Marshal(fields)
}

func (s *Server) webhookRepeat(w http.ResponseWriter, r *http.Request) {
	status, err := s.repeatWebhook(r.Context())
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, map[string]int{"status": status})
}

// actOnProcess kills, starts or stops the bot.
func (s *Server) actOnProcess(w http.ResponseWriter, r *http.Request) {
	if s.process == nil {
		send(w, http.StatusNotFound, []byte(`{"error":"this sandbox has no process: Options.Process is nil"}`))
		return
	}
	var in struct {
		Do string `json:"do"`
	}
	err := readControl(w, r, &in)
	if err == nil {
		switch in.Do {
		case "kill":
			err = s.process.Kill()
		case "start":
			err = s.process.Start()
		case "stop":
			err = s.process.Stop()
		default:
			err = fmt.Errorf("do is %q: expected kill, start or stop", in.Do)
		}
	}
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, map[string]string{"process": s.processState()})
}

func (s *Server) processState() string {
	switch {
	case s.process == nil:
		return "none"
	case s.process.Running():
		return "running"
	}
	return "stopped"
}

func unknownUser(id int64) error {
	return fmt.Errorf("there is no user %d: expected the id of one made with /control/users", id)
}

func unknownChat(id int64) error {
	return fmt.Errorf("there is no chat %d: expected a user's id or the id of a group", id)
}
