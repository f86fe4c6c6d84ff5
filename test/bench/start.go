package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

const starts = 7

// start measures the time from the start of the process to its first page, and
// the memory that it then takes, against a Go server that does nothing.
func (b *bench) start() error {
	data := filepath.Join(b.folder, "start")
	n, err := b.open(data, "")
	if err != nil {
		return err
	}
	if _, err = b.publishMany(n, 100); err != nil {
		return err
	}
	if err := n.Close(); err != nil {
		return err
	}
	ours, memory, err := b.starts(func() (*process, error) { return b.serve(data, "") })
	if err != nil {
		return err
	}
	bareTime, bareMemory, err := b.starts(func() (*process, error) { return b.startBare(reply{Body: []byte("hello")}) })
	if err != nil {
		return err
	}
	b.add("start to first page", ms(ours), ms(bareTime), float64(ours)/float64(bareTime), "under 100 ms")
	b.add("idle memory, 100 stories", fmt.Sprintf("%.1f MiB", memory), fmt.Sprintf("%.1f MiB", bareMemory), memory/bareMemory, "under 64 MiB")
	return nil
}

// starts returns the median time to the first page, and the memory of the last
// process a moment later.
func (b *bench) starts(begin func() (*process, error)) (median time.Duration, memory float64, err error) {
	var times []time.Duration
	for range starts {
		p, err := begin()
		if err != nil {
			return 0, 0, err
		}
		if _, err := b.get(p.address, "/"); err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(p.began))
		<-time.After(500 * time.Millisecond) // idle, not busy
		if memory, err = p.memory(); err != nil {
			return 0, 0, err
		}
		_ = p.stop() // the bare one ends by the signal
	}
	slices.Sort(times)
	return times[len(times)/2], memory, nil
}

func ms(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}
