/* Every text of the page, English and Chinese side by side. Steps and verdicts are worded as the
 * command line words them. `{name}` is filled in by `say`.
 */

export const TEXTS = {
  skip: ["Skip to the verifier", "跳到核验区"],
  title: ["Verify a custody bundle", "核验监管链证据包"],
  languages: ["Language", "语言"],
  lead: [
    "This page judges the record of a shipment of cell products: whether it is unchanged, " +
      "complete, and signed by the people entitled to. Everything is computed on this machine; " +
      "nothing is sent anywhere.",
    "本页用于判断细胞产品发运的记录：是否未被改动、是否完整、是否由有权人员签名。" +
      "全部计算在本机完成，不发送任何内容。",
  ],
  apart: [
    "Never use a verifier or a trust file that came with the goods: whoever forges a bundle can " +
      "forge those as well.",
    "切勿使用随货物送来的核验页或信任文件：能伪造证据包者，同样能伪造它们。",
  ],

  trustHeading: ["Trust file", "信任文件"],
  trustWhy: [
    "It names the keys of the ledger. You got it earlier and by another way than the goods, and " +
      "compared its fingerprint by telephone or in person. Without it the answer is “cannot tell”.",
    "其中载明台账的密钥。您应已另行、先于货物取得，并通过电话或当面核对其指纹。" +
      "没有它，结论只能是“无法判断”。",
  ],
  trustChoose: ["Choose the trust file", "选择信任文件"],
  trustBuiltIn: [
    "This page was made with a trust file inside. Compare its fingerprint with its issuer once:",
    "本页制作时已内置信任文件。请与签发方核对一次指纹：",
  ],
  trustIsBundle: [
    "{name} is a bundle, not a trust file. Give it below, where bundles go.",
    "{name} 是证据包而非信任文件，请在下方证据包处提供。",
  ],
  trustNone: ["No trust file yet.", "尚未选择信任文件。"],
  pinLabel: ["Fingerprint you were told (optional)", "对方告知的指纹（可选）"],
  pinGood: ["✓ It is the fingerprint of this trust file.", "✓ 与该信任文件的指纹一致。"],
  pinBad: ["✗ It is not the fingerprint of this trust file.", "✗ 与该信任文件的指纹不一致。"],
  pinForm: [
    "A fingerprint has 64 digits and letters a to f; here are {n}.",
    "指纹为 64 位数字与字母 a 至 f；现有 {n} 位。",
  ],
  pinWait: ["It will be compared with the trust file.", "将与信任文件比对。"],

  bundleHeading: ["Bundle", "证据包"],
  bundleDrop: [
    "Drop the bundle here (a file named ….custody.json), or choose it. With a trust file at " +
      "hand, verifying starts at once.",
    "将证据包（文件名以 .custody.json 结尾）拖到此处，或点选文件。若已有信任文件，立即开始核验。",
  ],
  bundleChoose: ["Choose the bundle", "选择证据包"],
  bundleNone: ["No bundle yet.", "尚未选择证据包。"],
  chosen: ["{name} · {size}", "{name} · {size}"],
  fromPdf: ["taken out of {name}; only the bundle is judged", "取自 {name}；仅核验其中的证据包"],
  noBundleInPdf: ["no bundle is embedded in {name}", "{name} 中未嵌入证据包"],
  tooLarge: ["{name} is larger than {limit}", "{name} 超过 {limit}"],
  unreadable: ["{name} could not be read", "无法读取 {name}"],
  trustDropped: [
    "{name} was not used: a trust file that comes with the goods proves nothing. Choose yours " +
      "under “Trust file”.",
    "未使用 {name}：随货而来的信任文件不能作为依据。请在“信任文件”处选择您自己的文件。",
  ],
  oneBundle: [
    "Several bundles were dropped; {name} was taken.",
    "拖入了多个证据包；已采用 {name}。",
  ],
  moreHeading: ["Documents and old records", "随附文件与旧记录"],
  documentsWhy: [
    "Documents that came along are compared with the record by content; names do not matter.",
    "随附文件按内容与记录比对；文件名无关紧要。",
  ],
  documentsChoose: ["Choose documents", "选择文件"],
  earlierWhy: [
    "The keys of the ledger were changed since: then its earlier trust files are needed as well. " +
      "They may come from anywhere, for the trust file names their fingerprints.",
    "台账密钥若曾更换，还需要其早期信任文件。它们可来自任何渠道，因为信任文件载有其指纹。",
  ],
  earlierChoose: ["Choose earlier trust files", "选择早期信任文件"],
  earlierChosen: ["{n} earlier trust files at hand", "已有 {n} 个早期信任文件"],
  documentsChosen: ["{n} documents at hand", "已有 {n} 个文件"],
  archiveLabel: ["This is an old record, looked at on purpose", "这是旧记录，有意查看"],
  archiveWhy: [
    "The age of the record is then a remark and no longer a reason for “cannot tell”.",
    "此时记录的时间仅作提示，不再导致“无法判断”。",
  ],
  verify: ["Verify", "核验"],
  needBundle: ["Choose a bundle first.", "请先选择证据包。"],
  without: [
    "Without a trust file the answer will be “cannot tell”.",
    "没有信任文件，结论将为“无法判断”。",
  ],

  working: ["Verifying", "正在核验"],
  workingStep: ["{step}: {title}", "{step}：{title}"],
  cancel: ["Cancel", "取消"],
  cancelled: ["Cancelled. Nothing was judged.", "已取消。未作任何判断。"],
  failed: [
    "The page could not finish ({detail}). That says nothing about the bundle. Use another " +
      "browser or the command line: custody verify.",
    "本页未能完成（{detail}）。这不说明证据包的真伪。请换用其他浏览器或命令行：custody verify。",
  ],

  aboutHeading: ["About this page", "关于本页"],
  aboutOffline: [
    "It works without a network and is forbidden to use one. It stores nothing.",
    "本页无需网络，且被禁止使用网络；不保存任何内容。",
  ],
  aboutPublished: [
    "A page cannot vouch for itself. The SHA-256 of this file is published with every release, " +
      "in docs/verification.md, and can be read out by telephone; compare it with: " +
      "certutil -hashfile FILE SHA256 (Windows), shasum -a 256 FILE (macOS), sha256sum FILE.",
    "网页无法为自身作证。本文件的 SHA-256 随每个版本公布于 docs/verification.md，可通过电话核对：" +
      "certutil -hashfile 文件 SHA256（Windows）、shasum -a 256 文件（macOS）、sha256sum 文件。",
  ],
  version: ["custody {version}", "custody {version}"],
};

export const VERDICT_TEXTS = {
  genuine: {
    mark: "✓",
    word: ["GENUINE", "真实"],
    line: [
      "unchanged, complete, and signed by those the trust file names",
      "未被改动、完整，且由信任文件所列者签名",
    ],
    act: [
      "Compare the story below with the goods and their papers: consignee, lots, quantities, " +
        "seal number, permits.",
      "请将下述经过与货物及单证核对：收货方、批号、数量、封签号、许可。",
    ],
  },
  not_genuine: {
    mark: "✗",
    word: ["NOT GENUINE", "不真实"],
    line: [
      "the evidence contradicts itself or the rules",
      "证据自相矛盾或违反规则",
    ],
    act: [
      "Stop. Keep the file and the goods. The findings below say what contradicts what; speak to " +
        "the holder of the ledger over a channel you know.",
      "请停止放行，保留文件与货物。下列发现说明何处矛盾；请通过已知渠道联系台账持有者。",
    ],
  },
  cannot_tell: {
    mark: "?",
    word: ["CANNOT TELL", "无法判断"],
    line: [
      "something is missing or unknown; this is not a soft yes",
      "有缺失或未知内容；这并不表示基本可信",
    ],
    act: [
      "Do not guess. Mostly a newer bundle, the right trust file or a newer verifier is needed; " +
        "the findings below say which.",
      "请勿猜测。多半需要更新的证据包、正确的信任文件或更新的核验程序；见下列发现。",
    ],
  },
};

export const STEP_TEXTS = {
  V1: ["the file is readable and within limits", "文件可读且在限定范围内"],
  V2: ["trust file, ledger and checkpoint", "信任文件、台账与检查点"],
  V3: ["seal and inclusion in the log", "封存与收录"],
  V4: ["streams: order, chain, nothing left out", "流：次序、链接、无遗漏"],
  V5: ["signatures", "签名"],
  V6: ["who may sign, at that time", "当时的签名权限"],
  V7: ["times and states", "时间与状态"],
  V8: ["names and documents", "姓名与文件"],
  V9: ["the custody story", "监管链经过"],
};

export const STATUS_TEXTS = {
  passed: ["✓", ["holds", "成立"]],
  failed: ["✗", ["does not hold", "不成立"]],
  open: ["?", ["cannot tell", "无法判断"]],
  not_run: ["–", ["not judged", "未判断"]],
};
