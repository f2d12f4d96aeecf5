package report

// Target is a year's number to reach (目标任务).
type Target struct {
	Year     int
	Area     int64
	Activity string
	Measure  string
	Value    int64 // in the measure's unit; money in fen
}

// Completion is how far a target is reached.
type Completion struct {
	Target
	Done   int64
	Approx bool  // Done has an approximate part
	Below  int64 // the sum of the targets of the areas directly below
	Split  bool  // whether any area directly below has one: then a county target that is not their sum is said
}

// PerMille gives how much of the target is done, in tenths of a percent, rounded half up. It is not bounded: 1,035 is 103.5 %.
func (c Completion) PerMille() int64 { return PerMille(c.Done, c.Value) }

// PerMille gives part of whole in tenths of a percent, rounded half up (away from zero below zero); 0 where whole is 0.
func PerMille(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	sign := int64(1)
	if part < 0 {
		part, sign = -part, -sign
	}
	if whole < 0 {
		whole, sign = -whole, -sign
	}
	return sign * ((part/whole)*1000 + ((part%whole)*2000+whole)/(2*whole))
}

// TimeShare gives how much of its year is gone at the end of d, in tenths of a percent, rounded half up (序时进度).
func TimeShare(d Day) int64 {
	year := YearOf(d)
	return PerMille(int64(d-year.First+1), int64(year.Last-year.First+1))
}
