package bot

import "huibao/digest"

// The bot's standing sentences. Their voice: short, concrete, polite without ceremony; 您 for the reader; never blame;
// always what was counted, what was not, and what can be done next. Digests and receipts are worded in package digest.
const (
	sayRefusal         = "您好，这里是县妇联的汇报助手，只供受邀的干部使用。\n如需使用，请向县妇联办公室要邀请链接。"
	sayTextOnly        = "请用文字发；语音请用输入法转成文字。"
	sayCaption         = "照片收到了。请给照片配一句话，如\n普法 320人 资料500份"
	sayDeadLetter      = "⚠️ 您刚发的这条没能处理，没有计入。\n已告诉管理员，请换个写法再发一次。"
	sayDeadLetterAlert = "⚠️ 有1条消息没能处理，已保存(收件%d)。\n请看日志，必要时请发送人重发。"
	sayGap             = "📡 从%d月%d日%d:%02d起，系统断线超过一天，\n期间发的消息可能没收到。\n没有回执的请再发一次；已计入的会认出来，不会重复计。"
	sayGroupChange     = "机器人%s“%s”(操作人：%s)"
	sayAskDay          = "%d号改成哪天？\n请%s日期，如 3月8日"
	sayDayAhead        = "这一天还没到，%d号没有改。\n请发已经过去的日期，如 3月8日"
	sayAskFigure       = "%d号 %s\n改成多少？请%s数字"
	sayAnswerPrivately = "直接发"
	sayAnswerInGroup   = "回复本条，写"
	sayFindHow         = "请写编号，如\n/find 118 或 查询118"
	sayPeriodHow       = "时间段没看懂。请写，如\n/week 2026-W10\n/month 2026-03\n/year 2026"
	sayPeriodAhead     = "%s还没开始，没有数"
	sayForwarded       = "❓这是转发的材料，没有计入。\n要计入，请您自己写一句，如\n" + digest.Example
	sayUnclearEdit     = "❓您编辑后的消息没全看懂，%s没有改。\n请按回执上的[改数字][改日期]，或再编辑一次。"
	sayChangedByHand   = "❓%d号已按回执改过，这次编辑没有再改。\n请按回执上的[改数字][改日期]。"
	sayWithdrawnByHand = "❓%d号已撤回，这次编辑没有改。\n要恢复，请按回执上的[还原]。"
	sayBindWho         = "绑定群要由分管领导或管理员发。"
	sayBound           = "✅ 本群已绑定%s，每周一8:00收简报。\n取消请发 /unbind"
	sayUnbound         = "✅ 本群已取消绑定，不再收简报。"
	sayGroupOnly       = "这条命令在群里用。"
)
