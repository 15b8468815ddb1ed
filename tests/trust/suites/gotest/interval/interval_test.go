package interval

import "testing"

func TestAdd(t *testing.T) {
	for _, test := range []struct {
		name  string
		parts []Interval
		want  string
	}{
		{"one", []Interval{{1, 4}}, "1-4"},
		{"nothing", []Interval{{4, 4}}, ""},
		{"apart", []Interval{{7, 9}, {1, 4}}, "1-4 7-9"},
		{"touching", []Interval{{1, 4}, {4, 6}}, "1-6"},
		{"overlapping", []Interval{{1, 4}, {3, 8}}, "1-8"},
		{"inside", []Interval{{1, 9}, {3, 4}}, "1-9"},
		{"bridging", []Interval{{1, 3}, {5, 7}, {9, 11}, {2, 9}}, "1-11"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Of(test.parts...).String(); got != test.want {
				t.Errorf("Of(%v) = %q, want %q", test.parts, got, test.want)
			}
		})
	}
}

func TestRemove(t *testing.T) {
	for _, test := range []struct {
		name        string
		from, until int
		want        string
	}{
		{"the middle", 3, 5, "1-3 5-8 10-12"},
		{"an end", 6, 8, "1-6 10-12"},
		{"one whole part", 10, 12, "1-8"},
		{"across parts", 7, 11, "1-7 11-12"},
		{"what is not there", 20, 30, "1-8 10-12"},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := Of(Interval{1, 8}, Interval{10, 12})
			set.Remove(test.from, test.until)
			if got := set.String(); got != test.want {
				t.Errorf("after Remove(%d, %d): %q, want %q", test.from, test.until, got, test.want)
			}
		})
	}
}

func TestContains(t *testing.T) {
	set := Of(Interval{1, 4}, Interval{7, 9})
	for number, want := range map[int]bool{0: false, 1: true, 3: true, 4: false, 6: false, 7: true, 8: true, 9: false} {
		if got := set.Contains(number); got != want {
			t.Errorf("Contains(%d) = %t, want %t", number, got, want)
		}
	}
}

func TestLenAndGaps(t *testing.T) {
	set := Of(Interval{1, 4}, Interval{7, 9}, Interval{12, 13})
	if got := set.Len(); got != 6 {
		t.Errorf("Len() = %d, want 6", got)
	}
	if got := set.Gaps().String(); got != "4-7 9-12" {
		t.Errorf("Gaps() = %q, want %q", got, "4-7 9-12")
	}
}
