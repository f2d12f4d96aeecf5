// Messages to try, by the role in a phone's title. A tap fills the input; the
// person still reads and sends.
const examples = [
  {
    role: /领导|主席|分管/,
    texts: [
      "上周",
      "长铺镇今年普法多少人",
      "那去年呢",
      "慰问金各乡镇",
      "两癌检查完成多少",
      "谁还没报",
      "第9周怎么变了",
      "去年总数",
      "台账",
      "/targets",
    ],
  },
  { role: /管理|办公室/, texts: ["去年总数", "/summary", "台账", "谁还没报", "/targets", "/changes 第9周", "/aliases", "/close 2026"] },
  {
    role: /乡镇/,
    texts: [
      "3月8日，在长铺社区开展三八维权周普法宣传活动，参加群众320余人，发放资料500余份，接受咨询12人次。",
      "最美家庭评出12户；新报两癌救助5名；安康保险82人已买。",
      "#接龙 家庭教育讲座3月6日\n1. 长铺社区 1场60人\n2. 江口园社区 1场四十五人",
      "本周无活动",
    ],
  },
  {
    role: /./,
    texts: ["普法 320人 资料500份", "入户12家，送米12包油12壶，钱六千块", "刚才普法那条人数写错了，是280", "两癌检查 45人", "本周无活动"],
  },
];

// examplesFor lists them, the phone's own hint first (one a line).
export function examplesFor({ title = "", hint = "" }) {
  const own = hint.split("\n").map((line) => line.trim()).filter(Boolean);
  return [...new Set([...own, ...examples.find(({ role }) => role.test(title || "?")).texts])];
}
