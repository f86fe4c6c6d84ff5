package source

import (
	"context"
	"errors"
	"sync"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/fetch"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/transport"
	"broadsheet/internal/wire/tree"
)

const (
	tick      = time.Second
	lookEvery = time.Minute                       // at the sources' rhythms
	atOnce    = 8                                 // polls
	lease     = transport.MaxTime + 2*time.Minute // after which a poll of a server that died is another's
)

// Run polls the sources that are due and listens for those that have gone quiet, until
// ctx ends. It returns when the polls that had begun have ended.
func (s *Service) Run(ctx context.Context) {
	var polls sync.WaitGroup
	defer polls.Wait()
	if s.DB.Dialect() == sqldb.SQLite { // no other server can be polling: what is claimed was cut off by the end of this one
		if err := freeAll(ctx, s.DB, s.Now()); err != nil {
			s.Log.WarnContext(ctx, "sources whose poll was cut off wait until their time is over", "err", err)
		}
	}
	places := make(chan struct{}, atOnce)
	due, look := time.NewTicker(tick), time.NewTicker(lookEvery)
	defer due.Stop()
	defer look.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			err = s.Look(ctx)
		case <-due.C:
			err = s.begin(ctx, places, &polls)
		}
		if err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "the wire's sources cannot be read", "err", err)
		}
	}
}

// begin begins as many polls as are due and have a place.
func (s *Service) begin(ctx context.Context, places chan struct{}, polls *sync.WaitGroup) error {
	for {
		select {
		case places <- struct{}{}:
		default:
			return nil
		}
		now := s.Now()
		src, err := claim(ctx, s.DB, now, now.Add(lease))
		if err != nil || src == nil {
			<-places
			return err
		}
		polls.Go(func() {
			defer func() { <-places }()
			s.poll(ctx, src)
		})
	}
}

// PollDue polls the sources that are due, one after the other, until none is.
func (s *Service) PollDue(ctx context.Context) error {
	for ctx.Err() == nil {
		now := s.Now()
		src, err := claim(ctx, s.DB, now, now.Add(lease))
		if err != nil || src == nil {
			return err
		}
		s.poll(ctx, src)
	}
	return ctx.Err()
}

// poll polls a source that was claimed and notes how it ended.
func (s *Service) poll(ctx context.Context, src *Source) {
	failing := src.Error != ""
	end, err := s.ask(ctx, src)
	if errors.Is(err, errLost) || ctx.Err() != nil && err != nil {
		s.release(ctx, src, end)
		return
	}
	now := s.Now()
	src.position = end.State
	if err == nil {
		src.Failures, src.Polled = 0, now
		src.trouble(end.Trouble, now)
		if src.Next = now.Add(src.Every); end.More {
			src.Next = now
		}
	} else {
		src.Failures++
		src.Error = sayError(err)
		if src.Failures == 1 {
			src.ErrorAt = now
		}
		var asked time.Duration
		if busy, ok := errors.AsType[*fetch.Busy](err); ok {
			asked = busy.After
		}
		src.Next = now.Add(src.wait(src.Failures, asked))
		s.Log.WarnContext(ctx, "source failed", "source", src.Name, "failures", src.Failures, "err", err)
	}
	err = s.DB.Update(context.WithoutCancel(ctx), func(tx *sqldb.Tx) error {
		if err := settle(ctx, tx, src); err != nil {
			return err
		}
		if failing == (src.Error != "") {
			return nil
		}
		return s.tell(ctx, tx, src)
	})
	if err != nil && !errors.Is(err, errLost) {
		s.Log.ErrorContext(ctx, "a source's poll cannot be noted, it is polled again", "source", src.Name, "err", err)
	}
}

// trouble notes a file with which something is not allowed at the source, which is no
// reason to ask it less often.
func (s *Source) trouble(err error, now time.Time) {
	switch {
	case err == nil:
		s.Error, s.ErrorAt = "", time.Time{}
	case s.Error == "":
		s.Error, s.ErrorAt = sayError(err), now
	}
}

// release ends a poll that was told to: the server stops, or somebody paused the source.
func (s *Service) release(ctx context.Context, src *Source, end transport.End) {
	ctx = context.WithoutCancel(ctx)
	src.position, src.Next = end.State, s.Now()
	if err := s.DB.Update(ctx, func(tx *sqldb.Tx) error { return settle(ctx, tx, src) }); err != nil && !errors.Is(err, errLost) {
		s.Log.WarnContext(ctx, "a source's poll cannot be noted, it is polled again", "source", src.Name, "err", err)
	}
}

// ask polls a source once.
func (s *Service) ask(ctx context.Context, src *Source) (transport.End, error) {
	c := src.config()
	c.Now = s.Now
	t, err := transport.Open(c)
	if err != nil {
		return transport.End{State: src.position}, err
	}
	return t.Poll(ctx, src.position, func(ctx context.Context, f transport.File) (transport.Verdict, error) { return s.take(ctx, src, f) })
}

// take gives a file to the wire, which has it when this returns without an error.
func (s *Service) take(ctx context.Context, src *Source, f transport.File) (transport.Verdict, error) {
	in := wire.Incoming{File: f.Name, Raw: f.Raw, Fault: f.Fault, Beside: f.Beside}
	s.fill(src, &in)
	in.Note = func(ctx context.Context, tx *sqldb.Tx, a wire.Arrival) error {
		if err := hold(ctx, tx, src, s.Now().Add(lease)); err != nil {
			return err
		}
		return s.arrived(ctx, tx, src, a)
	}
	_, err := s.Wire.Ingest(context.WithoutCancel(ctx), account.System(), in)
	if _, kept := errors.AsType[*tree.FileError](err); kept {
		return transport.Unreadable, nil
	}
	return transport.Taken, err
}

// arrived counts a file and notes the time in the source's rhythm.
func (s *Service) arrived(ctx context.Context, tx *sqldb.Tx, src *Source, a wire.Arrival) error {
	if a.Again {
		return nil
	}
	now := s.Now()
	unreadable := 0
	if a.Fault != "" {
		unreadable = 1
	}
	fresh := 0
	for _, r := range a.Results {
		if r.Status != wire.Duplicate && r.Status != wire.Foreign {
			fresh++
		}
	}
	if err := counted(ctx, tx, src.ID, 1, fresh, unreadable, now); err != nil {
		return err
	}
	current, err := lock(ctx, tx, src.ID)
	if err != nil {
		return err
	}
	wasQuiet := !current.Quiet.IsZero()
	current.rhythm.Arrive(now)
	current.Quiet = time.Time{}
	if err := setRhythm(ctx, tx, &current); err != nil || !wasQuiet {
		return err
	}
	return s.tell(ctx, tx, &current)
}

// Look brings the rhythm of every active source up to now and sounds the alarm of those
// that have gone quiet. With several servers, who comes second finds nothing to do.
func (s *Service) Look(ctx context.Context) error {
	now := s.Now()
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		all, err := unlooked(ctx, tx)
		for i := range all {
			if err == nil && now.UnixMilli()-all[i].rhythm.Looked >= (lookEvery/2).Milliseconds() {
				err = s.look(ctx, tx, &all[i], now)
			}
		}
		return err
	})
}

func (s *Service) look(ctx context.Context, tx *sqldb.Tx, src *Source, now time.Time) error {
	src.rhythm.Look(now)
	alarm := src.Quiet.IsZero() && src.rhythm.Quiet(now)
	if alarm {
		src.Quiet = now
	}
	if err := setRhythm(ctx, tx, src); err != nil || !alarm {
		return err
	}
	s.Log.WarnContext(ctx, "source has gone quiet", "source", src.Name, "last", src.Seen)
	return s.tell(ctx, tx, src)
}
