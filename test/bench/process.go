package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is a server that was started for a measurement.
type process struct {
	cmd     *exec.Cmd
	address string // host:port
	admin   string // host:port
	began   time.Time
}

// serve starts the program on a data folder and waits until it says where it serves.
func (b *bench) serve(data, database string) (*process, error) {
	p := &process{cmd: exec.CommandContext(b.ctx, b.binary, "serve", "--data", data, "--database", database,
		"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--set", "log.format=json")}
	log, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for dec := json.NewDecoder(log); ; {
		var line struct{ Paper, Admin string }
		if err := dec.Decode(&line); err != nil {
			return nil, fmt.Errorf("%s does not say where it serves: %w", b.binary, err)
		}
		if line.Paper != "" {
			p.address = strings.TrimPrefix(line.Paper, "http://")
			p.admin = strings.TrimPrefix(line.Admin, "http://")
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return p, nil
		}
	}
}

func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// profile keeps a CPU profile of the server from now on, if profiles are wanted.
// The function that it returns waits for it.
func (b *bench) profile(p *process, name string) (wait func() error) {
	if b.profiles == "" || p.admin == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() {
		answer, err := b.get(p.admin, fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, int(b.seconds.Seconds()))))
		if err == nil {
			err = os.WriteFile(filepath.Join(b.profiles, name+".pprof"), answer.Body, 0o600)
		}
		done <- err
	}()
	return func() error { return <-done }
}

// memory returns the process's resident memory in MiB.
func (p *process) memory() (float64, error) {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			return kib / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS for process %d", p.cmd.Process.Pid)
}

// bareCommand makes this program serve one answer and nothing else.
const bareCommand = "bare"

// A reply is an answer that can be given again.
type reply struct {
	Header http.Header
	Body   []byte
}

// startBare starts the baseline of a web server in Go: a process whose handler
// writes the same header and bytes to everybody.
func (b *bench) startBare(answer reply) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(b.ctx, self, bareCommand)}
	p.cmd.Stdin = strings.NewReader(string(text))
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.address = strings.TrimSpace(line)
	return p, err
}

func bare(in io.Reader, out io.Writer) {
	var answer reply
	if err := json.NewDecoder(in).Decode(&answer); err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(out, l.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		maps.Copy(h, answer.Header)
		w.Write(answer.Body)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	panic(server.Serve(l))
}
