"""Names to draw from. Every Latin spelling stands beside the characters it belongs to: none is derived.

Tables instead of a pinyin library, because a library reads 单 as dan, 仇 as chou and 曾 as ceng, and because a
passport writes Lyu for 吕. Combinations that name a well-known person were left out.
"""

from __future__ import annotations

SURNAMES = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"),
    ("黄", "Huang"), ("周", "Zhou"), ("吴", "Wu"), ("徐", "Xu"), ("孙", "Sun"), ("胡", "Hu"), ("朱", "Zhu"),
    ("高", "Gao"), ("林", "Lin"), ("何", "He"), ("郭", "Guo"), ("马", "Ma"), ("罗", "Luo"), ("梁", "Liang"),
    ("宋", "Song"), ("郑", "Zheng"), ("谢", "Xie"), ("韩", "Han"), ("唐", "Tang"), ("冯", "Feng"), ("于", "Yu"),
    ("董", "Dong"), ("萧", "Xiao"), ("程", "Cheng"), ("曹", "Cao"), ("袁", "Yuan"), ("邓", "Deng"), ("许", "Xu"),
    ("傅", "Fu"), ("沈", "Shen"), ("彭", "Peng"), ("吕", "Lyu"), ("苏", "Su"), ("卢", "Lu"), ("蒋", "Jiang"),
    ("蔡", "Cai"), ("贾", "Jia"), ("丁", "Ding"), ("魏", "Wei"), ("薛", "Xue"), ("叶", "Ye"), ("阎", "Yan"),
    ("余", "Yu"), ("潘", "Pan"), ("杜", "Du"), ("戴", "Dai"), ("夏", "Xia"), ("钟", "Zhong"), ("汪", "Wang"),
    ("田", "Tian"), ("任", "Ren"), ("姜", "Jiang"), ("范", "Fan"), ("石", "Shi"), ("姚", "Yao"), ("谭", "Tan"),
    ("廖", "Liao"), ("邹", "Zou"), ("熊", "Xiong"), ("陆", "Lu"), ("郝", "Hao"), ("孔", "Kong"), ("白", "Bai"),
    ("崔", "Cui"), ("邱", "Qiu"), ("秦", "Qin"), ("顾", "Gu"), ("侯", "Hou"), ("邵", "Shao"), ("孟", "Meng"),
    ("段", "Duan"), ("钱", "Qian"), ("汤", "Tang"), ("尹", "Yin"), ("黎", "Li"), ("易", "Yi"), ("常", "Chang"),
    ("乔", "Qiao"), ("贺", "He"), ("龚", "Gong"), ("翟", "Zhai"), ("曾", "Zeng"), ("欧阳", "Ouyang"),
)  # fmt: skip

GIVEN_MALE = (
    ("建平", "Jianping"), ("明辉", "Minghui"), ("海涛", "Haitao"), ("文博", "Wenbo"), ("浩然", "Haoran"),
    ("国栋", "Guodong"), ("立新", "Lixin"), ("晓东", "Xiaodong"), ("天佑", "Tianyou"), ("子轩", "Zixuan"),
    ("振宇", "Zhenyu"), ("学军", "Xuejun"), ("卫平", "Weiping"), ("向阳", "Xiangyang"), ("春生", "Chunsheng"),
    ("家豪", "Jiahao"), ("思远", "Siyuan"), ("长青", "Changqing"), ("鹏飞", "Pengfei"), ("庆华", "Qinghua"),
    ("宏伟", "Hongwei"), ("剑峰", "Jianfeng"), ("启明", "Qiming"), ("德胜", "Desheng"), ("新民", "Xinmin"),
    ("瑞林", "Ruilin"), ("泽宇", "Zeyu"), ("一鸣", "Yiming"), ("川", "Chuan"), ("旭", "Xu"), ("勇", "Yong"),
    ("斌", "Bin"), ("超", "Chao"), ("刚", "Gang"), ("志远", "Zhiyuan"), ("景安", "Jing'an"), ("伯涵", "Bohan"),
)  # fmt: skip

GIVEN_FEMALE = (
    ("丽", "Li"), ("敏", "Min"), ("静", "Jing"), ("婷", "Ting"), ("雪梅", "Xuemei"), ("晓燕", "Xiaoyan"),
    ("玉兰", "Yulan"), ("慧敏", "Huimin"), ("佳怡", "Jiayi"), ("雨涵", "Yuhan"), ("思琪", "Siqi"),
    ("欣悦", "Xinyue"), ("海燕", "Haiyan"), ("丽娟", "Lijuan"), ("淑芬", "Shufen"), ("秀英", "Xiuying"),
    ("美玲", "Meiling"), ("晓菲", "Xiaofei"), ("文静", "Wenjing"), ("雅琴", "Yaqin"), ("梦洁", "Mengjie"),
    ("诗涵", "Shihan"), ("若兰", "Ruolan"), ("春燕", "Chunyan"), ("红梅", "Hongmei"), ("芳", "Fang"),
    ("岚", "Lan"), ("倩", "Qian"), ("璐", "Lu"), ("颖", "Ying"), ("琳", "Lin"), ("佩珊", "Peishan"),
    ("桂芝", "Guizhi"), ("明月", "Mingyue"), ("晨曦", "Chenxi"), ("楚云", "Chuyun"), ("宁", "Ning"),
)  # fmt: skip

CALIFORNIAN_MALE = (
    "James", "Michael", "Robert", "David", "José", "Luis", "Carlos", "Diego", "Marcus", "Darnell", "Andre",
    "Kenji", "Hiroshi", "Minh", "Tuan", "Raj", "Arjun", "Vikram", "Armen", "Davit", "Omar", "Reza", "Samuel",
    "Ethan", "Noah", "Patrick", "Brendan", "Stefan", "Paolo", "Isaac",
)  # fmt: skip
CALIFORNIAN_FEMALE = (
    "Mary", "Jennifer", "Susan", "Karen", "María", "Guadalupe", "Sofía", "Elena", "Keisha", "Tanisha", "Imani",
    "Yuki", "Naomi", "Linh", "Mai", "Priya", "Ananya", "Deepa", "Ani", "Lusine", "Leila", "Shirin", "Rachel",
    "Hannah", "Olivia", "Maeve", "Siobhan", "Zoë", "Francesca", "Ruth",
)  # fmt: skip
CALIFORNIAN_FAMILY = (
    "Anderson", "Baker", "Collins", "Garcia", "Martínez", "Hernández", "Ramírez", "Flores", "Núñez", "Delgado",
    "Washington", "Freeman", "Coleman", "Okafor", "Mensah", "Tanaka", "Nakamura", "Yamamoto", "Nguyen", "Tran",
    "Pham", "Kim", "Park", "Choi", "Patel", "Sharma", "Iyer", "Singh", "Petrosyan", "Hakobyan", "Haddad",
    "Rahimi", "Farahani", "Goldberg", "Rosen", "O'Brien", "Sullivan", "Murphy", "Kowalski", "Novak", "Rossi",
    "Romano", "Santos", "Reyes", "Bautista", "Kealoha", "Larsen", "Schneider", "van der Berg", "Whitfield",
)  # fmt: skip

# Californians with a Chinese name of their own, as each writes it.
# Latin family, Latin given, call name, native family, native given, language of the native name, gender.
CHINESE_CALIFORNIANS = (
    ("Chan", "Peter Tai-man", "Peter", "陳", "大文", "zh-Hant", "male"),
    ("Lin", "Grace Hui-chen", "Grace", "林", "慧珍", "zh-Hant", "female"),
    ("Cheung", "Andrew Chi-ho", "Andrew", "張", "志豪", "zh-Hant", "male"),
    ("Wong", "Vivian Mei-yee", "Vivian", "黃", "美儀", "zh-Hant", "female"),
    ("Hsu", "Jason Chun-hung", "Jason", "許", "俊宏", "zh-Hant", "male"),
    ("Tsai", "Michelle Ya-wen", "Michelle", "蔡", "雅雯", "zh-Hant", "female"),
    ("Lau", "Raymond Kwok-wing", "Raymond", "劉", "國榮", "zh-Hant", "male"),
    ("Yeh", "Sandra Shu-chuan", "Sandra", "葉", "淑娟", "zh-Hant", "female"),
    ("Chang", "Daniel Chih-ming", "Daniel", "張", "志明", "zh-Hant", "male"),
    ("Ng", "Carol Wai-ling", "Carol", "吳", "慧玲", "zh-Hant", "female"),
    ("Li", "Jessica Xinyi", "Jessica", "李", "欣怡", "zh-Hans", "female"),
    ("Zhao", "Kevin Yifan", "Kevin", "赵", "一凡", "zh-Hans", "male"),
    ("Sun", "Emily Yawen", "Emily", "孙", "雅文", "zh-Hans", "female"),
    ("Tang", "Victor Zhengyu", "Victor", "唐", "正宇", "zh-Hans", "male"),
    ("Qian", "Helen Wenhua", "Helen", "钱", "文华", "zh-Hans", "female"),
    ("Ou", "Steven Jianhui", "Steven", "区", "建辉", "zh-Hans", "male"),
    ("Zha", "Lily Ruoxi", "Lily", "查", "若溪", "zh-Hans", "female"),
    ("Guan", "Eric Haoyu", "Eric", "管", "浩宇", "zh-Hans", "male"),
)

# Chinese titles and the English for each.
CHINESE_TITLES = (
    ("董事长", "Chair of the Board"),
    ("总经理", "General Manager"),
    ("副总经理", "Deputy General Manager"),
    ("副总裁", "Vice President"),
    ("国际业务部总监", "Director of International Business"),
    ("研发总监", "Director of Research and Development"),
    ("总工程师", "Chief Engineer"),
    ("投资部经理", "Investment Manager"),
    ("出口部经理", "Export Manager"),
    ("采购部经理", "Purchasing Manager"),
    ("市场部经理", "Marketing Manager"),
    ("项目经理", "Project Manager"),
)

CALIFORNIAN_TITLES = (
    ("President", "总裁"),
    ("Chief Executive Officer", "首席执行官"),
    ("Chief Operating Officer", "首席运营官"),
    ("Vice President, Asia Pacific", "亚太区副总裁"),
    ("Director of Business Development", "业务拓展总监"),
    ("Director of Sourcing", "采购总监"),
    ("General Counsel", "总法律顾问"),
    ("Managing Partner", "管理合伙人"),
    ("Export Manager", "出口经理"),
    ("Project Manager", "项目经理"),
    ("Research Fellow", "研究员"),
    ("Founder", "创始人"),
)
