// Package transporttest checks that a transport.Transport keeps its contract, also when
// its connection is cut at any place.
package transporttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"broadsheet/internal/wire/transport"
)

// A Rig is a source that the suite fills and polls.
type Rig struct {
	Config transport.Config
	Put    func(t *testing.T, name string, data []byte) // makes a file appear, whole and not just now
	Cut    *Proxy                                       // stands before the server; nil: nothing can be cut
	One    bool                                         // it has one file, which Put replaces
}

// Run tests the contract of transport.Transport on rigs made by open, each of which is
// empty.
func Run(t *testing.T, open func(t *testing.T) Rig) {
	for name, test := range map[string]func(*testing.T, Rig){
		"once":              once,
		"refused":           refused,
		"unreadable":        unreadable,
		"look only":         peek,
		"too large":         tooLarge,
		"ended":             ended,
		"cut in the middle": cut,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// A wire takes what a transport gives.
type wire struct {
	t     *testing.T
	sent  map[string]bool // the files that were put
	count map[string]int  // how often each was given
	order []string
	take  func(f transport.File) (transport.Verdict, error) // nil: Taken
}

func newWire(t *testing.T) *wire {
	return &wire{t: t, sent: map[string]bool{}, count: map[string]int{}}
}

// put puts a file of some 20 kB that is also a mail.
func (w *wire) put(r Rig, name string) {
	w.t.Helper()
	data := "Subject: " + name + "\r\n\r\n" + strings.Repeat("All the news that is sent as "+name+".\r\n", 500)
	w.sent[data] = true
	r.Put(w.t, name, []byte(data))
}

func (w *wire) poll(r Rig, state string) (transport.End, error) {
	w.t.Helper()
	return w.pollWith(w.t.Context(), r.Config, state)
}

func (w *wire) pollWith(ctx context.Context, c transport.Config, state string) (transport.End, error) {
	w.t.Helper()
	tr, err := transport.Open(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return tr.Poll(ctx, state, func(_ context.Context, f transport.File) (transport.Verdict, error) {
		data := string(f.Raw)
		if f.Fault == "" && !w.sent[data] {
			w.t.Errorf("%s was given with %d bytes that were never sent so", f.Name, len(data))
		}
		if f.Name == "" {
			w.t.Error("a file has no name")
		}
		w.count[data]++
		w.order = append(w.order, data)
		if w.take != nil {
			return w.take(f)
		}
		return transport.Taken, nil
	})
}

func (w *wire) must(r Rig, state string) string {
	w.t.Helper()
	end, err := w.poll(r, state)
	if err != nil {
		w.t.Fatal(err)
	}
	return end.State
}

// all fails unless every file that was put was given exactly n times.
func (w *wire) all(n int) {
	w.t.Helper()
	for data := range w.sent {
		if w.count[data] != n {
			w.t.Errorf("%.20q was given %d times, want %d", data, w.count[data], n)
		}
	}
}

func (w *wire) fill(r Rig, n int) {
	w.t.Helper()
	if r.One {
		n = 1
	}
	for i := range n {
		w.put(r, fmt.Sprintf("story-%02d.xml", i))
	}
}

func once(t *testing.T, r Rig) {
	w := newWire(t)
	if !r.One {
		w.must(r, "") // nothing is there
	}
	w.fill(r, 3)
	state := w.must(r, "")
	w.all(1)
	state = w.must(r, state)
	w.all(1)
	w.put(r, "later.xml")
	state = w.must(r, state)
	w.must(r, state)
	w.all(1)
}

// refused: what the wire could not store is given again.
func refused(t *testing.T, r Rig) {
	w := newWire(t)
	w.fill(r, 3)
	full := errors.New("the disk is full")
	w.take = func(transport.File) (transport.Verdict, error) {
		if len(w.order) == min(2, len(w.sent)) {
			return 0, full
		}
		return transport.Taken, nil
	}
	end, err := w.poll(r, "")
	if !errors.Is(err, full) {
		t.Fatalf("Poll = %v, want the error of take", err)
	}
	again := w.order[len(w.order)-1]
	w.take = nil
	w.must(r, w.must(r, end.State))
	if w.count[again] != 2 {
		t.Errorf("the file that was refused was given %d times, want 2", w.count[again])
	}
	w.count[again]--
	w.all(1)
}

// unreadable: the ones beside it go on, and it is not given again.
func unreadable(t *testing.T, r Rig) {
	w := newWire(t)
	w.fill(r, 3)
	w.take = func(transport.File) (transport.Verdict, error) {
		if len(w.order) == 1 {
			return transport.Unreadable, nil
		}
		return transport.Taken, nil
	}
	w.must(r, w.must(r, ""))
	w.all(1)
}

// peek: looking changes nothing.
func peek(t *testing.T, r Rig) {
	w := newWire(t)
	w.fill(r, 2)
	state := ""
	look := r.Config
	look.Peek = true
	for range 2 {
		if _, err := w.pollWith(t.Context(), look, state); err != nil {
			t.Fatal(err)
		}
	}
	w.all(2)
	w.must(r, state)
	w.all(3)
}

func tooLarge(t *testing.T, r Rig) {
	w := newWire(t)
	r.Put(t, "large.xml", []byte("Subject: large\r\n\r\n"+strings.Repeat("0123456789abcdef\r\n", (transport.MaxFile+18)/18)))
	if r.One {
		if _, err := w.poll(r, ""); err == nil || len(w.order) > 0 {
			t.Errorf("Poll = %v with %d files, want an error and none", err, len(w.order))
		}
		return
	}
	w.fill(r, 1)
	faults := 0
	w.take = func(f transport.File) (transport.Verdict, error) {
		if f.Fault != "" {
			faults++
			return transport.Unreadable, nil
		}
		return transport.Taken, nil
	}
	w.must(r, w.must(r, ""))
	w.all(1)
	if faults != 1 {
		t.Errorf("the large file was told of %d times, want once", faults)
	}
}

func ended(t *testing.T, r Rig) {
	w := newWire(t)
	w.fill(r, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.pollWith(ctx, r.Config, ""); err == nil || len(w.order) > 0 {
		t.Errorf("Poll whose context has ended = %v with %d files, want an error and none", err, len(w.order))
	}
}

// cuts are how many bytes pass before the line is cut: within greetings, lists, files
// and acknowledgements.
func cuts() []int64 {
	var all []int64
	for n := int64(40); n < 300_000; n = n*5/4 + 37 {
		all = append(all, n)
	}
	return all
}

func cut(t *testing.T, r Rig) {
	if r.Cut == nil {
		t.Skip("there is no line to be cut")
	}
	w := newWire(t)
	w.fill(r, 8)
	state, broken := "", 0
	sure := map[string]bool{} // was acknowledged, so must not be given again
	for i, n := range cuts() {
		if i%6 == 5 && !r.One {
			w.put(r, fmt.Sprintf("more-%02d.xml", i))
		}
		w.order = nil
		r.Cut.After(n)
		end, err := w.poll(r, state)
		if err != nil {
			broken++
		}
		w.note(sure, err)
		state = end.State
	}
	r.Cut.Heal()
	w.order = nil
	state = w.must(r, state)
	w.note(sure, nil)
	for data := range w.sent {
		if w.count[data] == 0 {
			t.Errorf("%.20q was lost", data)
		}
	}
	w.order = nil
	w.must(r, state)
	w.note(sure, nil)
	t.Logf("%d polls, %d cut, %d files, given %d times", len(cuts()), broken, len(w.sent), sum(w.count))
}

// note checks and adds what a poll gave. The last before an error may have been cut
// before it was acknowledged, all others were.
func (w *wire) note(sure map[string]bool, err error) {
	w.t.Helper()
	for i, data := range w.order {
		if sure[data] {
			w.t.Errorf("%.20q was given again", data)
		}
		if err == nil || i < len(w.order)-1 {
			sure[data] = true
		}
	}
}

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}
