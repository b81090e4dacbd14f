/** XDS programme types 0x20 and up (CTA-608-E table 30). */
export const programmeTypes: readonly string[] = (
  'Education,Entertainment,Movie,News,Religious,Sports,Other,Action,Advertisement,Animated,Anthology,' +
  'Automobile,Awards,Baseball,Basketball,Bulletin,Business,Classical,College,Combat,Comedy,Commentary,' +
  'Concert,Consumer,Contemporary,Crime,Dance,Documentary,Drama,Elementary,Erotica,Exercise,Fantasy,Farm,' +
  'Fashion,Fiction,Food,Football,Foreign,Fund Raiser,Game/Quiz,Garden,Golf,Government,Health,High School,' +
  'History,Hobby,Hockey,Home,Horror,Information,Instruction,International,Interview,Language,Legal,Live,' +
  'Local,Math,Medical,Meeting,Military,Miniseries,Music,Mystery,National,Nature,Police,Politics,Premiere,' +
  'Prerecorded,Product,Professional,Public,Racing,Reading,Repair,Repeat,Review,Romance,Science,Series,' +
  'Service,Shopping,Soap Opera,Special,Suspense,Talk,Technical,Tennis,Travel,Variety,Video,Weather,Western'
).split(',')
