package digest

import (
	"strings"
	"time"
)

// BackupFault is why no copy of the database was made, as far as the office can do something about it.
type BackupFault int

// The reasons why there is no copy.
const (
	BackupFailed   BackupFault = iota // any other
	BackupNoFolder                    // the folder is not there
	BackupNoSpace                     // the disk is full, or cannot be written to
	BackupWrong                       // what was copied does not agree with itself
)

var backupFaults = map[BackupFault]string{
	BackupFailed:   "原因在服务器日志里",
	BackupNoFolder: "备份文件夹找不到，备份盘接好了吗？",
	BackupNoSpace:  "备份盘满了或写不进去，请腾出空间",
	BackupWrong:    "数据核对不上，请在服务器上运行\nhuibao verify",
}

// BackupAlert tells the administrators that the backup of a moment was not made, and when the last one was; zero: never.
func BackupAlert(s Scene, due, last time.Time, fault BackupFault) Text {
	var d draft
	d.title("⚠️ ", "数据备份没有做成")
	d.line("应在：", s.moment(due))
	d.all(strings.Split(backupFaults[fault], "\n"))
	if last.IsZero() {
		d.line("以前还没有过备份")
	} else {
		d.line("上次备份：", s.moment(last))
	}
	d.line("每小时会再试，不影响汇报")
	return d.text()
}
