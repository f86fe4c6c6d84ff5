package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

const (
	heartbeat    = 25 * time.Second // keeps proxies from closing a quiet stream, and finds dead ones
	writeTimeout = 10 * time.Second // a reader who does not read is let go
	maxBacklog   = 64               // events a slow reader may be behind
	maxReplay    = 200              // events replayed to who comes back; for more the page is loaded again
	retryMS      = 2000
)

// A Message is what open pages hear of an event. The zero Message is not sent.
type Message struct {
	Event string // its name for the page's EventSource
	Data  []byte // one JSON document or one fragment of HTML
}

// Reload is what a page hears that has missed too much to catch up.
const Reload = "reload"

// Live streams events to open pages. One value serves all streams of a program.
type Live struct {
	Bus  *bus.Bus
	Stop <-chan struct{} // closed when the program ends

	open atomic.Int64
}

// Open returns how many streams are open.
func (l *Live) Open() int64 { return l.open.Load() }

// Stream sends the events of topics to w until the reader leaves. What was missed
// since the Last-Event-ID of the request comes first. Render must be quick when it
// is called again for the same event: many readers wait for the same message.
func (l *Live) Stream(w http.ResponseWriter, r *http.Request, topics []string, render func(context.Context, bus.Event) (Message, error)) error {
	rc := http.NewResponseController(w)
	events := make(chan bus.Event, maxBacklog)
	lost := make(chan struct{}, 1)
	cancel := l.Bus.Subscribe(func(e bus.Event) {
		if !slices.Contains(topics, e.Topic) {
			return
		}
		select {
		case events <- e:
		default:
			select {
			case lost <- struct{}{}:
			default:
			}
		}
	})
	defer cancel()
	replay, complete, err := l.missed(r, topics)
	if err != nil {
		return err
	}
	l.open.Add(1)
	defer l.open.Add(-1)

	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	s := &stream{ctx: r.Context(), w: w, rc: rc, render: render}
	s.printf("retry: %d\n\n", retryMS)
	if !complete {
		s.printf("event: %s\ndata: {}\n\n", Reload)
	}
	for _, e := range replay {
		s.send(e)
	}
	s.flush()
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for s.err == nil {
		select {
		case <-r.Context().Done():
			return nil
		case <-l.Stop:
			return nil
		case <-lost: // the reader comes back with Last-Event-ID and gets what it missed
			return nil
		case e := <-events:
			s.send(e)
			for range len(events) {
				s.send(<-events)
			}
		case <-tick.C:
			s.printf(": still here\n\n")
		}
		s.flush()
	}
	return nil
}

// missed returns the events since the request's Last-Event-ID, which EventSource
// sends when it connects again, or a page as ?after= when it connects first.
func (l *Live) missed(r *http.Request, topics []string) ([]bus.Event, bool, error) {
	text := r.Header.Get("Last-Event-Id")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return nil, true, nil
	}
	after, err := id.Parse(text)
	if err != nil {
		return nil, false, errs.E(errs.Invalid, "Last-Event-ID is not the ID of an event.")
	}
	return l.Bus.Since(r.Context(), topics, after, maxReplay)
}

type stream struct {
	ctx    context.Context //nolint:containedctx // lives as long as the request it is of
	w      http.ResponseWriter
	rc     *http.ResponseController
	render func(context.Context, bus.Event) (Message, error)
	err    error
	sent   id.ID
}

func (s *stream) send(e bus.Event) {
	if e.ID == s.sent {
		return
	}
	m, err := s.render(s.ctx, e)
	if err != nil || m.Event == "" { // what cannot be shown any more is left out
		return
	}
	s.sent = e.ID
	s.printf("id: %s\nevent: %s\ndata: %s\n\n", e.ID, m.Event, strings.ReplaceAll(string(m.Data), "\n", "\ndata: "))
}

func (s *stream) printf(format string, args ...any) {
	if s.err == nil {
		s.err = s.rc.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

func (s *stream) flush() {
	if s.err == nil {
		s.err = s.rc.Flush()
	}
}
