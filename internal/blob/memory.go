package blob

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"
)

// A Memory is a Store that forgets, for tests. The zero value is empty.
type Memory struct {
	mu    sync.RWMutex
	files map[Key]memoryFile
}

type memoryFile struct {
	data     []byte
	modified time.Time
}

// Put implements Store, except that nothing survives the process.
func (m *Memory) Put(ctx context.Context, r io.Reader) (Key, int64, error) {
	data, err := io.ReadAll(contextReader{ctx, r})
	if err != nil {
		return "", 0, err
	}
	key := KeyOf(data)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[Key]memoryFile{}
	}
	m.files[key] = memoryFile{data, time.Now().UTC()}
	return key, int64(len(data)), nil
}

// Open implements Store.
func (m *Memory) Open(_ context.Context, key Key) (io.ReadSeekCloser, Info, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	f, ok := m.files[key]
	if !ok {
		return nil, Info{}, notFound(nil)
	}
	return nopCloser{bytes.NewReader(f.data)}, Info{key, int64(len(f.data)), f.modified}, nil
}

// Delete implements Store.
func (m *Memory) Delete(_ context.Context, key Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, key)
	return nil
}

// Len returns the number of files kept.
func (m *Memory) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.files)
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }
