package mail

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A Received message is one that a Box took, and when.
type Received struct {
	Message
	At time.Time
}

// A Box is a Sender that keeps the newest messages in memory instead of
// sending them. The zero Box keeps 200.
type Box struct {
	Keep int

	mu       sync.Mutex
	messages []Received
	changed  chan struct{} // closed and replaced by Send; nil until somebody waits
}

// Send keeps m.
func (b *Box) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	keep := b.Keep
	if keep == 0 {
		keep = 200
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, Received{m, time.Now()})
	if over := len(b.messages) - keep; over > 0 {
		b.messages = slices.Delete(b.messages, 0, over)
	}
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
	return nil
}

// Messages returns the messages that the box holds, the newest first.
func (b *Box) Messages() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.messages)
	slices.Reverse(all)
	return all
}

// Wait returns the newest message to the address, waiting until there is one.
func (b *Box) Wait(ctx context.Context, to string) (Message, error) {
	for {
		b.mu.Lock()
		for _, m := range slices.Backward(b.messages) {
			if m.To == to {
				b.mu.Unlock()
				return m.Message, nil
			}
		}
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return Message{}, ctx.Err()
		}
	}
}
