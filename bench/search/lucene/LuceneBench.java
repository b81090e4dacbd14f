import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.spans.*;
import org.apache.lucene.store.MMapDirectory;

/**
 * LuceneBench INDEX QUERIES NEAR FILE…: makes the index where it is not there yet, a document a minute of a channel, the
 * newest first, as one segment; then asks what the other engines are asked, warm, in the processor's time of one thread.
 * Prints a line a query: name, first page, count, cold and warm timeline in milliseconds, minutes found; and the index's bytes.
 */
public final class LuceneBench {
    private static final String TEXT = "text";
    private static final String TIME = "minute";
    private static final int PAGE = 20;
    private static final int DAYS = 366;
    private static final int MINUTES_PER_DAY = 1440;
    private static final Sort NEWEST = new Sort(new SortField(TIME, SortField.Type.LONG, true));
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final IndexSearcher searcher;
    private final LRUQueryCache cache = new LRUQueryCache(1000, 64 << 20);
    private final long firstDay;
    private final int near;

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        List<Path> files = Arrays.stream(args).skip(3).map(Path::of).toList();
        if (!Files.exists(folder)) make(folder, files);
        try (IndexReader reader = DirectoryReader.open(new MMapDirectory(folder))) {
            LuceneBench bench = new LuceneBench(reader, Integer.parseInt(args[2]));
            for (String line : Files.readAllLines(Path.of(args[1]))) bench.measure(line.split("\t"));
        }
        try (Stream<Path> found = Files.list(folder)) {
            System.out.println("bytes\t" + found.mapToLong(file -> file.toFile().length()).sum());
        }
    }

    private static void make(Path folder, List<Path> files) throws IOException {
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer());
        config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        config.setIndexSort(NEWEST);
        config.setRAMBufferSizeMB(256);
        try (IndexWriter writer = new IndexWriter(new MMapDirectory(unfinished), config)) {
            for (Path file : files) {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    for (String line; (line = lines.readLine()) != null; ) writer.addDocument(document(line));
                }
            }
            writer.forceMerge(1);
        }
        Files.move(unfinished, folder);
    }

    private static Document document(String line) {
        String[] parts = line.split("\t", 3);
        Document document = new Document();
        document.add(new NumericDocValuesField("channel", Long.parseLong(parts[0])));
        document.add(new NumericDocValuesField(TIME, Long.parseLong(parts[1])));
        document.add(new TextField(TEXT, parts[2], Field.Store.YES));
        return document;
    }

    private LuceneBench(IndexReader reader, int near) throws IOException {
        this.near = near;
        searcher = new IndexSearcher(reader);
        NumericDocValues times = reader.leaves().get(0).reader().getNumericDocValues(TIME);
        times.nextDoc();
        firstDay = times.longValue() / MINUTES_PER_DAY - DAYS + 1;
    }

    private interface Work {
        long run() throws IOException;
    }

    private void measure(String[] line) throws IOException {
        Query query = new ConstantScoreQuery(query(line[1], line[2].split(" ")));
        searcher.setQueryCache(null);
        double first = medianMs(() -> firstPage(query));
        double count = medianMs(() -> searcher.count(query));
        double cold = medianMs(() -> timeline(query));
        searcher.setQueryCache(cache);
        double warm = medianMs(() -> timeline(query));
        System.out.printf("%s\t%.4f\t%.4f\t%.4f\t%.4f\t%d%n", line[0], first, count, cold, warm, searcher.count(query));
    }

    private Query query(String kind, String[] words) {
        Term[] terms = Arrays.stream(words).map(word -> new Term(TEXT, word)).toArray(Term[]::new);
        switch (kind) {
            case "word":
                return new TermQuery(terms[0]);
            case "phrase":
                return new PhraseQuery(TEXT, words);
            case "and":
                return all(terms, BooleanClause.Occur.MUST);
            case "or":
                return all(terms, BooleanClause.Occur.SHOULD);
            case "near":
                SpanQuery[] spans = Arrays.stream(terms).map(SpanTermQuery::new).toArray(SpanQuery[]::new);
                return new SpanNearQuery(spans, near, false);
            case "not":
                return new BooleanQuery.Builder()
                    .add(new TermQuery(terms[0]), BooleanClause.Occur.MUST)
                    .add(new TermQuery(terms[1]), BooleanClause.Occur.MUST_NOT)
                    .build();
            default:
                return new PrefixQuery(terms[0]);
        }
    }

    private static Query all(Term[] terms, BooleanClause.Occur occur) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (Term term : terms) builder.add(new TermQuery(term), occur);
        return builder.build();
    }

    /** The index is in this order: what is found first is the page, and the rest is not looked at. */
    private long firstPage(Query query) throws IOException {
        TopFieldCollector collector = TopFieldCollector.create(NEWEST, PAGE, PAGE);
        searcher.search(query, collector);
        long length = 0;
        for (ScoreDoc hit : collector.topDocs().scoreDocs) length += searcher.doc(hit.doc).get(TEXT).length();
        return length;
    }

    private long timeline(Query query) throws IOException {
        int[] days = new int[DAYS];
        searcher.search(query, new Days(days));
        return Arrays.stream(days).sum();
    }

    private final class Days extends SimpleCollector {
        private final int[] days;
        private NumericDocValues times;

        Days(int[] days) {
            this.days = days;
        }

        @Override
        protected void doSetNextReader(LeafReaderContext context) throws IOException {
            times = context.reader().getNumericDocValues(TIME);
        }

        @Override
        public void collect(int doc) throws IOException {
            times.advanceExact(doc);
            days[(int) (times.longValue() / MINUTES_PER_DAY - firstDay)]++;
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }
    }

    /** The middle of several runs, after enough of them for the compiler. */
    private static double medianMs(Work work) throws IOException {
        long until = THREADS.getCurrentThreadCpuTime() + 300_000_000L;
        long results = 0;
        for (int n = 0; n < 3 || THREADS.getCurrentThreadCpuTime() < until; n++) results += work.run();
        List<Long> taken = new ArrayList<>();
        for (int n = 0; n < 15; n++) {
            long began = THREADS.getCurrentThreadCpuTime();
            results += work.run();
            taken.add(THREADS.getCurrentThreadCpuTime() - began);
        }
        taken.sort(null);
        if (results == Long.MIN_VALUE) System.err.println(results);
        return taken.get(taken.size() / 2) / 1e6;
    }
}
