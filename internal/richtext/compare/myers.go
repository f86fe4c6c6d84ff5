package compare

import "slices"

// A match is an element that both sequences have.
type match struct{ a, b int }

// matches returns a longest common subsequence of a and b, in order; or, when they
// differ in more than maxChanges places, what is the same at both ends.
func matches(a, b []string) []match {
	var list []match
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		list = append(list, match{head, head})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for _, m := range myers(a[head:len(a)-tail], b[head:len(b)-tail]) {
		list = append(list, match{m.a + head, m.b + head})
	}
	for i := tail; i > 0; i-- {
		list = append(list, match{len(a) - i, len(b) - i})
	}
	return list
}

// myers walks the edit graph of the paper: furthest[k] is how far on diagonal k = x-y one
// comes with d changes. The state before each d is kept, for the way back.
func myers(a, b []string) []match {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return nil
	}
	limit := min(n+m, maxChanges)
	furthest := make([]int, 2*limit+3)
	mid := limit + 1
	var trace [][]int
	for d := 0; d <= limit; d++ {
		trace = append(trace, append([]int(nil), furthest[mid-d-1:mid+d+2]...))
		for k := -d; k <= d; k += 2 {
			x := step(furthest, mid, d, k)
			for x < n && x-k < m && a[x] == b[x-k] {
				x++
			}
			furthest[mid+k] = x
			if x >= n && x-k >= m {
				return back(trace, n, m)
			}
		}
	}
	return nil
}

// step makes the d-th change on the way to diagonal k: down, an insertion, or right, a
// deletion, whichever comes further.
func step(furthest []int, mid, d, k int) int {
	if k == -d || k != d && furthest[mid+k-1] < furthest[mid+k+1] {
		return furthest[mid+k+1]
	}
	return furthest[mid+k-1] + 1
}

// back follows the trace from the end. trace[d] holds the diagonals -d-1 to d+1.
func back(trace [][]int, x, y int) []match {
	var reversed []match
	for d, furthest := range slices.Backward(trace) {
		k, mid := x-y, d+1
		before := k - 1
		if k == -d || k != d && furthest[mid+k-1] < furthest[mid+k+1] {
			before = k + 1
		}
		fromX := furthest[mid+before]
		fromY := fromX - before
		if d == 0 {
			fromX, fromY = 0, 0
		}
		for x > fromX && y > fromY && x > 0 && y > 0 {
			x, y = x-1, y-1
			reversed = append(reversed, match{x, y})
		}
		x, y = fromX, fromY
	}
	slices.Reverse(reversed)
	return reversed
}
