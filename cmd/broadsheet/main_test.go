package main

import (
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"broadsheet": main})
}

// TestScripts runs the command's specification: each file in testdata/script is
// a story of commands and what they answer.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			// Nobody's port is taken, nobody's configuration is read.
			e.Setenv("BROADSHEET_LISTEN", "127.0.0.1:0")
			e.Setenv("BROADSHEET_ADMIN", "127.0.0.1:0")
			e.Setenv("SAMPLES", os.Getenv("BROADSHEET_TEST_SAMPLES"))
			return nil
		},
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"freeport": freeport,
			"reach":    reach,
			"sigterm":  sigterm,
		},
	})
}

// freeport sets each of the named variables to a port that nobody uses.
func freeport(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		defer l.Close() // not before all are chosen, so that they differ
		_, port, err := net.SplitHostPort(l.Addr().String())
		ts.Check(err)
		ts.Setenv(name, port)
	}
}

// sigterm asks every command in the background to finish.
func sigterm(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

const reachLimit = 90 * time.Second // filling the demo on a busy machine takes its time

// reach waits until a GET of the address is answered with 200, or with the
// status that follows it.
func reach(ts *testscript.TestScript, neg bool, args []string) {
	want := http.StatusOK
	if len(args) == 2 {
		var err error
		want, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	deadline := time.Now().Add(reachLimit)
	for tick := time.NewTicker(10 * time.Millisecond); ; <-tick.C {
		resp, err := http.Get(args[0]) //nolint:forbidigo // the server under test is on the loopback
		if err == nil {
			resp.Body.Close()
		}
		if reached := err == nil && resp.StatusCode == want; reached != neg {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s was never answered with %d: %v, %v", args[0], want, resp, err)
		}
	}
}
