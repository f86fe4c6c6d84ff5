package site

import (
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"net/http"
	"os"
	"strings"
	"testing"

	assets "broadsheet/web"
)

// TestPreview serves the fixtures to a designer's browser:
//
//	SITE_PREVIEW=127.0.0.1:48080 go test -run Preview -timeout 0 ./internal/site
func TestPreview(t *testing.T) {
	addr := os.Getenv("SITE_PREVIEW")
	if addr == "" {
		t.Skip("SITE_PREVIEW is not set")
	}
	static, err := assets.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t)
	pages := f.pages(t)
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, static)
	mux.HandleFunc("/media/{n}/{size}", drawing)
	mux.HandleFunc("/{page}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", f.look.policy())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(pages[r.PathValue("page")])
	})
	t.Log(http.ListenAndServe(addr, mux))
}

// drawing is a landscape in place of a photo.
func drawing(w http.ResponseWriter, r *http.Request) {
	seed := float64(len(r.PathValue("n")) + int(r.PathValue("n")[0]))
	width, height := 640, 427
	if strings.HasPrefix(r.PathValue("size"), "12") {
		width, height = 1280, 853
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		u := float64(x) / float64(width)
		ridge := .55 + .06*math.Sin(u*9+seed) + .03*math.Sin(u*23+seed*2)
		shore := .78 + .02*math.Sin(u*5+seed)
		for y := range height {
			v := float64(y) / float64(height)
			c := color.RGBA{uint8(196 - 60*v + 20*math.Sin(seed)), uint8(204 - 40*v), uint8(210 - 20*v), 255}
			switch {
			case v > shore:
				c = color.RGBA{uint8(70 + 10*math.Sin(v*200)), uint8(82 + 8*math.Sin(v*180)), 88, 255}
			case v > ridge:
				c = color.RGBA{uint8(92 + 60*(v-ridge)), uint8(100 + 40*(v-ridge)), 96, 255}
			}
			img.Set(x, y, c)
		}
	}
	w.Header().Set("Content-Type", "image/jpeg")
	if err := jpeg.Encode(w, img, nil); err != nil {
		return
	}
}
