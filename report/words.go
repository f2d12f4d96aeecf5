package report

// PurgedWords stands where the words of a message were, once they were removed as the rules demand.
const PurgedWords = "原话已按规定清除"
