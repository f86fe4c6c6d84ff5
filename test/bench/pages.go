package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/pagecache"
)

const (
	pageClients = 16
	pageRounds  = 5
	afterRounds = 40
)

// pages measures a cached story page against a handler that writes the same
// bytes, and what the page costs when a comment was added.
func (b *bench) pages() error {
	data := filepath.Join(b.folder, "pages")
	n, err := b.open(data, "")
	if err != nil {
		return err
	}
	people, sessions, err := b.staff(n, 1)
	if err != nil {
		return err
	}
	live, err := b.publish(n, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(b.discuss(n, people[0], live.ID, 20), n.Close()); err != nil {
		return err
	}
	p, err := b.serve(data, "")
	if err != nil {
		return err
	}
	err = errors.Join(b.cached(p, live.Path()), b.afterComment(p, live.Path(), live.ID, sessions[0]))
	return errors.Join(err, p.stop())
}

func (b *bench) cached(p *process, path string) error {
	answer, err := b.get(p.address, path)
	if err != nil {
		return err
	}
	other, err := b.startBare(answer)
	if err != nil {
		return err
	}
	defer func() { _ = other.stop() }()
	var ours, theirs []float64
	for range pageRounds { // in turns, so that a change of the machine's mood meets both
		for _, side := range []struct {
			*process
			rates *[]float64
		}{{p, &ours}, {other, &theirs}} {
			wait := b.profile(side.process, "page")
			l, err := b.hammer(side.address, path)
			if err := errors.Join(err, wait()); err != nil {
				return err
			}
			*side.rates = append(*side.rates, l.rate())
		}
	}
	a, z := median(ours), median(theirs)
	b.add(fmt.Sprintf("cached story page, %.1f KB gzip", float64(len(answer.Body))/1000), perSecond(a), perSecond(z)+" bare handler", a/z, "0.95 or more")
	return nil
}

// hammer asks for one page from several clients at once.
func (b *bench) hammer(address, path string) (*load, error) {
	lines := make([]*line, pageClients)
	for i := range lines {
		var err error
		if lines[i], err = dial(b.ctx, address); err != nil {
			return nil, err
		}
		defer lines[i].conn.Close()
	}
	req := request(address, path, "")
	return together(b.ctx, pageClients, b.seconds, func(client, _ int) error { return lines[client].ask(req) })
}

// afterComment measures the first page after each of some comments, as the one
// who wrote it sees it, against the page that is kept.
func (b *bench) afterComment(p *process, path string, story id.ID, session string) error {
	l, err := dial(b.ctx, p.address)
	if err != nil {
		return err
	}
	defer l.conn.Close()
	var after, kept []time.Duration
	plain, own := request(p.address, path, ""), request(p.address, path, "signed_in=1")
	for i := range afterRounds {
		<-time.After(2 * pagecache.DefaultPace) // a page that was just made would be waited for
		if err := b.postComment(p.address, story, session, fmt.Sprintf("after-%d", i)); err != nil {
			return err
		}
		took, err := timed(func() error { return l.ask(own) })
		if err != nil {
			return err
		}
		after = append(after, took)
		if took, err = timed(func() error { return l.ask(plain) }); err != nil {
			return err
		}
		kept = append(kept, took)
	}
	slices.Sort(after)
	slices.Sort(kept)
	a, k := after[len(after)/2], kept[len(kept)/2]
	b.add("page after a comment", ms(a), ms(k)+" kept page", float64(a)/float64(k), "")
	return nil
}

func timed(do func() error) (time.Duration, error) {
	began := time.Now()
	err := do()
	return time.Since(began), err
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

func perSecond(rate float64) string { return fmt.Sprintf("%.0f/s", rate) }
