package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"
)

const (
	smallNewsroom = 1000
	coldPages     = 500
)

// growth measures pages that are not kept yet, in a newsroom with few stories
// and in one with many.
func (b *bench) growth() error {
	type figures struct{ story, front time.Duration }
	var of [2]figures
	for i, stories := range []int{smallNewsroom, b.stories} {
		data := filepath.Join(b.folder, fmt.Sprintf("growth-%d", stories))
		n, err := b.open(data, "")
		if err != nil {
			return err
		}
		began := time.Now()
		paths, err := b.publishMany(n, stories)
		if err := errors.Join(err, n.Close()); err != nil {
			return err
		}
		b.rows = append(b.rows, row{
			what:  fmt.Sprintf("publishing %d stories", stories),
			value: perSecond(float64(stories) / time.Since(began).Seconds()),
		})
		if of[i].story, of[i].front, err = b.cold(data, paths); err != nil {
			return err
		}
	}
	small, large := of[0], of[1]
	few, many := fmt.Sprintf(" with %d stories", smallNewsroom), fmt.Sprintf(" with %d stories", b.stories)
	b.add("first view of a story, p99"+many, ms(large.story), ms(small.story)+few, float64(large.story)/float64(small.story), "about 1")
	b.add("first view of a front, p99"+many, ms(large.front), ms(small.front)+few, float64(large.front)/float64(small.front), "about 1")
	return nil
}

// cold returns the p99 of the first views of stories, and of lists.
func (b *bench) cold(data string, paths []string) (story, front time.Duration, err error) {
	p, err := b.serve(data, "")
	if err != nil {
		return 0, 0, err
	}
	var stories, fronts load
	for _, i := range rand.Perm(len(paths))[:coldPages] {
		took, err := timed(func() error { _, err := b.get(p.address, paths[i]); return err })
		if err != nil {
			return 0, 0, errors.Join(err, p.stop())
		}
		stories.each = append(stories.each, took)
	}
	if err := p.stop(); err != nil {
		return 0, 0, err
	}
	for range 5 { // a new process has nothing kept
		if p, err = b.serve(data, ""); err != nil {
			return 0, 0, err
		}
		for _, path := range []string{"/discussions", "/", "/world", "/sport", "/feed.xml"} {
			took, err := timed(func() error { _, err := b.get(p.address, path); return err })
			if err != nil {
				return 0, 0, errors.Join(err, p.stop())
			}
			fronts.each = append(fronts.each, took)
		}
		if err := p.stop(); err != nil {
			return 0, 0, err
		}
	}
	slices.Sort(stories.each)
	slices.Sort(fronts.each)
	return stories.quantile(.99), fronts.quantile(.99), nil
}
