package media

import (
	"bytes"
	ring "container/list"
	"context"
	"fmt"
	"sync"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
)

// maxThumbnails is how many bytes of thumbnails are remembered. They can be made again.
const maxThumbnails = 48 << 20

// thumbnails remembers pictures that were scaled for the desk, those asked for last.
type thumbnails struct {
	mu    sync.Mutex
	byKey map[string]*ring.Element
	order ring.List // of *thumbnail, the last used first
	size  int
}

type thumbnail struct {
	key  string
	jpeg []byte
}

func (p *thumbnails) get(key string) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.byKey[key]
	if e == nil {
		return nil
	}
	p.order.MoveToFront(e)
	return e.Value.(*thumbnail).jpeg
}

func (p *thumbnails) put(key string, jpeg []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey == nil {
		p.byKey = map[string]*ring.Element{}
	}
	if p.byKey[key] != nil {
		return
	}
	p.byKey[key] = p.order.PushFront(&thumbnail{key, jpeg})
	for p.size += len(jpeg); p.size > maxThumbnails; {
		last := p.order.Back()
		old := p.order.Remove(last).(*thumbnail)
		delete(p.byKey, old.key)
		p.size -= len(old.jpeg)
	}
}

// Thumbnail returns a picture that is kept among the originals but need not be in the
// library, as a JPEG of at most a width, upright and in its colours: for the desk's light
// table. What is no picture is errs.Invalid. Who reads the wire may.
func (s *Service) Thumbnail(ctx context.Context, by *account.Account, original blob.Key, width int) ([]byte, error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s %d", original, width)
	if made := s.thumbnails.get(key); made != nil {
		return made, nil
	}
	made, err, _ := s.flight.Do("thumbnail "+key, func() (any, error) {
		data, err := s.original(ctx, original)
		if err != nil {
			return nil, err
		}
		return s.shrink(ctx, data, width)
	})
	if err != nil {
		return nil, err
	}
	s.thumbnails.put(key, made.([]byte))
	return made.([]byte), nil
}

func (s *Service) shrink(ctx context.Context, data []byte, width int) ([]byte, error) {
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	c := parseContainer(f, data)
	cfg, memory, err := configure(&c, data)
	if err != nil {
		return nil, err
	}
	if err := s.memory.Acquire(ctx, memory); err != nil {
		return nil, err
	}
	defer s.memory.Release(memory)
	_, orientation := c.metadata()
	pic, err := decode(&c, data)
	if err != nil {
		return nil, err
	}
	w, h := cfg.Width, cfg.Height
	if sideways(orientation) {
		w, h = h, w
	}
	width = min(width, w)
	height := renditionHeight(width, w, h)
	if sideways(orientation) {
		pic = pic.scale(height, width)
	} else {
		pic = pic.scale(width, height)
	}
	pic = pic.orient(orientation)
	if conv := parseICC(c.icc); conv != nil && !pic.grey() && c.jpeg.components != 4 {
		conv.apply(pic)
	}
	var b bytes.Buffer
	err = pic.encode(&b)
	return b.Bytes(), err
}
