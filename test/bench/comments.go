package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"broadsheet/internal/id"
)

// comments measures how many comments a second are answered, which means that
// they are on the disk, against how often a second this disk can be flushed.
func (b *bench) comments() error {
	flushes, err := b.flushRate()
	if err != nil {
		return err
	}
	for _, db := range []struct{ name, url string }{{"SQLite", ""}, {"PostgreSQL", b.postgres}} {
		if db.name == "PostgreSQL" && db.url == "" {
			b.rows = append(b.rows, row{what: "comments, PostgreSQL", value: "skipped: BROADSHEET_TEST_POSTGRES is not set"})
			continue
		}
		if err := b.commentsOn(db.name, db.url, flushes); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) commentsOn(name, database string, flushes float64) error {
	counts := []int{1, 16, 64}
	data := filepath.Join(b.folder, "comments-"+name)
	n, err := b.open(data, database)
	if err != nil {
		return err
	}
	_, sessions, err := b.staff(n, counts[len(counts)-1])
	if err != nil {
		return err
	}
	live, err := b.publish(n, 0)
	if err := errors.Join(err, n.Close()); err != nil {
		return err
	}
	p, err := b.serve(data, database)
	if err != nil {
		return err
	}
	for _, writers := range counts {
		wait := b.profile(p, fmt.Sprintf("comments-%s-%d", name, writers))
		l, err := together(b.ctx, writers, b.seconds, func(client, turn int) error {
			return b.postComment(p.address, live.ID, sessions[client], fmt.Sprintf("%d-%d-%d", writers, client, turn))
		})
		if err := errors.Join(err, wait()); err != nil {
			return errors.Join(err, p.stop())
		}
		b.add(fmt.Sprintf("comments over HTTP, %s, %d writers", name, writers),
			fmt.Sprintf("%s, p99 %s", perSecond(l.rate()), ms(l.quantile(.99))), perSecond(flushes)+" flushes", l.rate()/flushes, "")
	}
	return p.stop()
}

// client keeps as many connections as there are writers.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}, Timeout: 30 * time.Second}

func (b *bench) postComment(address string, story id.ID, session, key string) error {
	form := url.Values{"text": {"Comment " + key + ". " + sentence}, "key": {key}}
	req, err := http.NewRequestWithContext(b.ctx, http.MethodPost, "http://"+address+"/discussions/"+story.String()+"/comments", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.AddCookie(&http.Cookie{Name: "__Host-session", Value: session})
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		reason, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // it is only told
		return fmt.Errorf("a comment was answered with %s: %s", resp.Status, reason)
	}
	return nil
}

// flushRate is how often a second a small append can be made durable.
func (b *bench) flushRate() (float64, error) {
	f, err := os.Create(filepath.Join(b.folder, "flush"))
	if err != nil {
		return 0, err
	}
	block := make([]byte, 4096)
	l, err := together(b.ctx, 1, b.seconds, func(_, _ int) error {
		if _, err := f.Write(block); err != nil {
			return err
		}
		return f.Sync()
	})
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	return l.rate(), nil
}
