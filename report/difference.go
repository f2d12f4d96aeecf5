package report

// Difference is what became of one thing between two lists: New alone was added, Old alone taken away.
type Difference[T any] struct{ Old, New *T }

// Differences compares two sorted lists; compare gives 0 for what is the same thing, whatever is said of it.
func Differences[T comparable](old, next []T, compare func(a, b T) int) (list []Difference[T]) {
	for len(old) > 0 || len(next) > 0 {
		order := 0
		switch {
		case len(old) == 0:
			order = 1
		case len(next) == 0:
			order = -1
		default:
			order = compare(old[0], next[0])
		}
		switch {
		case order < 0:
			list, old = append(list, Difference[T]{Old: &old[0]}), old[1:]
		case order > 0:
			list, next = append(list, Difference[T]{New: &next[0]}), next[1:]
		default:
			if old[0] != next[0] {
				list = append(list, Difference[T]{&old[0], &next[0]})
			}
			old, next = old[1:], next[1:]
		}
	}
	return list
}
