// Package blobtest checks that a blob.Store keeps the contract.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
)

// Run tests the contract of blob.Store on stores made by open, each of which is empty.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, test := range map[string]func(*testing.T, blob.Store){
		"round trip":    roundTrip,
		"put again":     putAgain,
		"missing":       missing,
		"failed put":    failedPut,
		"delete":        remove,
		"seek":          seek,
		"open deleted":  openDeleted,
		"many at once":  manyAtOnce,
		"key as a path": keyAsPath,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func put(t *testing.T, s blob.Store, data string) blob.Key {
	t.Helper()
	key, n, err := s.Put(t.Context(), strings.NewReader(data))
	if err != nil || n != int64(len(data)) {
		t.Fatalf("Put = %d bytes, %v; want %d and no error", n, err, len(data))
	}
	return key
}

func get(t *testing.T, s blob.Store, key blob.Key) string {
	t.Helper()
	f, info, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if info.Key != key || info.Size != int64(len(data)) || info.Modified.IsZero() {
		t.Errorf("Info = %+v for %d bytes under %s", info, len(data), key)
	}
	return string(data)
}

func closeFile(t *testing.T, f io.Closer) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func roundTrip(t *testing.T, s blob.Store) {
	for _, data := range []string{"", "x", strings.Repeat("All the news. ", 100_000)} {
		key := put(t, s, data)
		if want := blob.KeyOf([]byte(data)); key != want {
			t.Errorf("key = %s, want %s", key, want)
		}
		if got := get(t, s, key); got != data {
			t.Errorf("%d bytes came back as %d different ones", len(data), len(got))
		}
	}
}

func putAgain(t *testing.T, s blob.Store) {
	if a, b := put(t, s, "twice"), put(t, s, "twice"); a != b {
		t.Errorf("the same bytes have keys %s and %s", a, b)
	}
	if got := get(t, s, blob.KeyOf([]byte("twice"))); got != "twice" {
		t.Errorf("got %q", got)
	}
}

func missing(t *testing.T, s blob.Store) {
	if _, _, err := s.Open(t.Context(), blob.KeyOf([]byte("never put"))); !errors.Is(err, errs.NotFound) {
		t.Errorf("Open of a missing file: %v, want not found", err)
	}
}

func failedPut(t *testing.T, s blob.Store) {
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, _, err := s.Put(t.Context(), broken); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Put from a broken reader: %v, want its error", err)
	}
	if _, _, err := s.Open(t.Context(), blob.KeyOf([]byte("half"))); !errors.Is(err, errs.NotFound) {
		t.Errorf("after a failed Put, Open: %v, want not found", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Put(ctx, strings.NewReader("too late")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put with a cancelled context: %v, want context.Canceled", err)
	}
}

func remove(t *testing.T, s blob.Store) {
	a, b := put(t, s, "a"), put(t, s, "b")
	for range 2 {
		if err := s.Delete(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Open(t.Context(), a); !errors.Is(err, errs.NotFound) {
		t.Errorf("Open after Delete: %v, want not found", err)
	}
	if got := get(t, s, b); got != "b" {
		t.Errorf("the other file = %q", got)
	}
}

func seek(t *testing.T, s blob.Store) {
	f, _, err := s.Open(t.Context(), put(t, s, "front page"))
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile(t, f)
	if n, err := f.Seek(-4, io.SeekEnd); n != 6 || err != nil {
		t.Fatalf("Seek = %d, %v", n, err)
	}
	if data, err := io.ReadAll(f); string(data) != "page" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
}

func openDeleted(t *testing.T, s blob.Store) {
	key := put(t, s, "still here")
	f, _, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile(t, f)
	if err := s.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(f); string(data) != "still here" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
}

func manyAtOnce(t *testing.T, s blob.Store) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 8<<10)
	var group sync.WaitGroup
	for i := range 8 {
		data := big[i%2:] // four writers for each of two files
		group.Go(func() {
			key, _, err := s.Put(t.Context(), bytes.NewReader(data))
			if err != nil {
				t.Error(err)
				return
			}
			f, _, err := s.Open(t.Context(), key)
			if err != nil {
				t.Error(err)
				return
			}
			defer closeFile(t, f)
			if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, data) {
				t.Errorf("read %d bytes, %v; want the %d put", len(got), err, len(data))
			}
		})
	}
	group.Wait()
}

func keyAsPath(t *testing.T, s blob.Store) {
	for _, key := range []blob.Key{"", "ab", "../../../../etc/passwd", blob.Key(strings.Repeat("/", 64)), blob.Key(strings.Repeat("A", 64))} {
		if _, _, err := s.Open(t.Context(), key); !errors.Is(err, errs.NotFound) {
			t.Errorf("Open(%q): %v, want not found", key, err)
		}
		if err := s.Delete(t.Context(), key); err != nil {
			t.Errorf("Delete(%q): %v", key, err)
		}
	}
}
