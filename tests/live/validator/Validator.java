import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fhir.ucum.UcumEssenceService;
import org.hl7.fhir.convertors.loaders.loaderR5.BaseLoaderR5;
import org.hl7.fhir.r5.conformance.profile.ProfileUtilities;
import org.hl7.fhir.r5.context.SimpleWorkerContext;
import org.hl7.fhir.r5.context.SimpleWorkerContext.SimpleWorkerContextBuilder;
import org.hl7.fhir.r5.elementmodel.Element;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r5.model.CanonicalResource;
import org.hl7.fhir.r5.model.CanonicalType;
import org.hl7.fhir.r5.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.PackageInformation;
import org.hl7.fhir.r5.model.Parameters;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.ValueSet;
import org.hl7.fhir.r5.terminologies.utilities.CodingValidationRequest;
import org.hl7.fhir.r5.terminologies.utilities.ValidationResult;
import org.hl7.fhir.r5.utils.validation.IResourceValidator;
import org.hl7.fhir.r5.utils.validation.IValidatorResourceFetcher;
import org.hl7.fhir.r5.utils.validation.ValidationContextCarrier;
import org.hl7.fhir.r5.utils.validation.ValidatorSession;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.hl7.fhir.utilities.ByteProvider;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.hl7.fhir.utilities.npm.NpmPackage.PackageResourceInformation;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.utilities.validation.ValidationMessage.IssueSeverity;
import org.hl7.fhir.utilities.validation.ValidationOptions;
import org.hl7.fhir.validation.ValidatorSettings;
import org.hl7.fhir.validation.ValidatorUtils;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.hl7.fhir.validation.instance.advisor.BasePolicyAdvisorForFullValidation;

/**
 * Runs HL7's own validator over folders of resources, with neither a network nor a terminology server.
 *
 * <pre>java -cp 'JARS/*' Validator.java RELEASE:PACKAGES:GUIDES:WRITTEN...</pre>
 *
 * For each release (R4 or R5), PACKAGES holds packages of definitions (.tgz), GUIDES more definitions, and WRITTEN what
 * is to be validated; definitions among it count as such. Every message becomes one line of JSON on standard output,
 * and after a release's last message stands a line with the number of its resources.
 */
public final class Validator implements IValidatorResourceFetcher {
    private static final List<String> R4_CORE = List.of(
        "profile/profiles-types.xml", "profile/profiles-resources.xml", "profile/profiles-others.xml",
        "extension/extension-definitions.xml", "valueset/valuesets.xml", "valueset/v2-tables.xml",
        "valueset/v3-codesystems.xml");
    private static final Set<String> DEFINITIONS =
        Set.of("CodeSystem", "ValueSet", "StructureDefinition", "Questionnaire", "Measure");

    private final String release;
    private final SimpleWorkerContext context;
    private final BaseLoaderR5 loader;
    private final List<NpmPackage> packages = new ArrayList<>();
    private final Map<String, JsonObject> written = new LinkedHashMap<>();

    private Validator(String release, Path folder) throws Exception {
        this.release = release;
        for (Path file : files(folder, ".tgz"))
            packages.add(NpmPackage.fromPackage(Files.newInputStream(file)));
        loader = ValidatorUtils.loaderForVersion(release.equals("R4") ? "4.0.1" : "5.0.0");
        context = new Offline(release.equals("R4") ? r4() : r5());
        context.setAllowLoadingDuplicates(true);
        context.setCachingAllowed(false);
        context.setCanNoTS(true);
        context.setCanRunWithoutTerminology(true);
        context.setNoTerminologyServer(true);
        context.setExpansionParameters(new Parameters());
        context.setUcumService(new UcumEssenceService(resource("/ucum-essence.xml")));
    }

    public static void main(String[] arguments) {
        Stream.of(arguments).parallel().forEach(Validator::validate);
    }

    private static void validate(String argument) {
        try {
            String[] parts = argument.split(":");
            Validator made = new Validator(parts[0], Path.of(parts[1]));
            made.load(Path.of(parts[2]), Path.of(parts[3]));
            made.run();
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }

    private void load(Path guides, Path folder) throws Exception {
        for (NpmPackage one : packages)
            context.loadFromPackage(one, loader);
        for (Path file : files(guides, ".json"))
            keep(Files.readString(file));
        for (Path file : files(folder, ".ndjson"))
            for (String line : Files.readAllLines(file))
                keep(line);
        for (JsonObject one : written.values())
            if (DEFINITIONS.contains(one.get("resourceType").getAsString()))
                context.cacheResource(loader.loadResource(stream(one), true));
        for (StructureDefinition one : context.fetchResourcesByType(StructureDefinition.class))
            complete(one);
    }

    private void keep(String text) {
        JsonObject one = JsonParser.parseString(text).getAsJsonObject();
        written.put(one.get("resourceType").getAsString() + "/" + one.get("id").getAsString(), one);
    }

    private void complete(StructureDefinition one) {
        if (one.hasSnapshot())
            return;
        StructureDefinition base = context.fetchResource(StructureDefinition.class, one.getBaseDefinition());
        complete(base);
        new ProfileUtilities(context, new ArrayList<>(), null).generateSnapshot(base, one, one.getUrl(), null, one.getName());
    }

    private void run() throws Exception {
        ValidatorSession session = new ValidatorSession();
        session.getOtherVersions().put(release.equals("R4") ? "4.0" : "5.0", context);
        InstanceValidator validator = new InstanceValidator(context, null, null, session, new ValidatorSettings());
        validator.setPolicyAdvisor(new BasePolicyAdvisorForFullValidation(ReferenceValidationPolicy.CHECK_TYPE_IF_EXISTS));
        validator.setAnyExtensionsAllowed(false);
        validator.setFetcher(this);
        for (Map.Entry<String, JsonObject> one : written.entrySet()) {
            List<ValidationMessage> found = new ArrayList<>();
            validator.validate(null, found, stream(one.getValue()), FhirFormat.JSON);
            for (ValidationMessage message : found)
                if (message.getLevel() != IssueSeverity.INFORMATION)
                    tell(one.getKey(), message);
        }
        JsonObject end = new JsonObject();
        end.addProperty("release", release);
        end.addProperty("validated", written.size());
        System.out.println(end);
    }

    private void tell(String resource, ValidationMessage message) {
        JsonObject line = new JsonObject();
        line.addProperty("release", release);
        line.addProperty("resource", resource);
        line.addProperty("level", message.getLevel().toCode());
        line.addProperty("id", message.getMessageId());
        line.addProperty("at", message.getLocation());
        line.addProperty("message", message.getMessage());
        System.out.println(line);
    }

    @Override
    public Element fetch(IResourceValidator validator, Object appContext, String url) throws IOException {
        JsonObject one = written.get(url);
        return one == null ? null : new org.hl7.fhir.r5.elementmodel.JsonParser(context).parseSingle(stream(one), null);
    }

    @Override
    public boolean resolveURL(IResourceValidator validator, Object appContext, String path, String url, String type,
            boolean canonical, List<CanonicalType> targets) {
        return !canonical || context.fetchResource(Resource.class, url) != null;
    }

    @Override
    public byte[] fetchRaw(IResourceValidator validator, String url) {
        throw new UnsupportedOperationException(url);
    }

    @Override
    public CanonicalResource fetchCanonicalResource(IResourceValidator validator, Object appContext, String url) {
        return context.fetchResource(Resource.class, url) instanceof CanonicalResource found ? found : null;
    }

    @Override
    public boolean fetchesCanonicalResource(IResourceValidator validator, String url) {
        return false;
    }

    @Override
    public Set<String> fetchCanonicalResourceVersions(IResourceValidator validator, Object appContext, String url) {
        return Set.of();
    }

    @Override
    public IValidatorResourceFetcher setLocale(Locale locale) {
        return this;
    }

    private SimpleWorkerContext r4() throws Exception {
        ByteProvider version = ByteProvider.forBytes("[FHIR]\nversion=4.0.1\n".getBytes(StandardCharsets.UTF_8));
        PackageInformation about = new PackageInformation("hl7.fhir.r4.core", "4.0.1", "4.0.1", new Date());
        SimpleWorkerContext made =
            new SimpleWorkerContextBuilder().fromDefinitions(Map.of("version.info", version), loader, about);
        made.setAllowLoadingDuplicates(true);
        // R4's early copies of HL7 Terminology are numbered 4.0.1 and would pass for newer than the packages' own.
        Set<String> newer = new HashSet<>();
        for (NpmPackage one : packages)
            for (PackageResourceInformation known : one.listIndexedResources("CodeSystem", "ValueSet", "StructureDefinition"))
                newer.add(known.getUrl());
        for (String name : R4_CORE)
            for (BundleEntryComponent entry : loader.loadBundle(resource("/org/hl7/fhir/r4/model/" + name), false).getEntry())
                if (!(entry.getResource() instanceof CanonicalResource one && newer.contains(one.getUrl()))) {
                    entry.getResource().setSourcePackage(about);
                    made.cacheResourceFromPackage(entry.getResource(), about);
                }
        return made;
    }

    private SimpleWorkerContext r5() throws Exception {
        NpmPackage core = NpmPackage.fromPackage(resource("/org/hl7/fhir/r5/packages/hl7.fhir.r5.core-5.0.0.tgz"));
        return new SimpleWorkerContextBuilder().withAllowLoadingDuplicates(true).fromPackage(core, loader, false);
    }

    /** Answers for the code systems that are grammars and no lists, as a terminology server would. */
    private static final class Offline extends SimpleWorkerContext {
        private static final String UCUM = "http://unitsofmeasure.org";

        Offline(SimpleWorkerContext other) throws IOException {
            super(other);
        }

        @Override
        public boolean supportsSystem(String system) {
            return UCUM.equals(system) || super.supportsSystem(system);
        }

        @Override
        public ValidationResult validateCode(ValidationOptions options, String path, Coding code, ValueSet set,
                ValidationContextCarrier carrier) {
            if (!UCUM.equals(code.getSystem()))
                return super.validateCode(options, path, code, set, carrier);
            return answer(getUcumService().validate(code.getCode()), UCUM, code.getCode());
        }

        @Override
        public ValidationResult validateCode(ValidationOptions options, String code, ValueSet set) {
            String url = set == null ? "" : set.getUrl();
            if (url.endsWith("/ValueSet/all-languages") || url.endsWith("/ValueSet/languages"))
                return answer(List.of(Locale.getISOLanguages()).contains(code.split("-")[0]) ? null : "No language", "urn:ietf:bcp:47", code);
            if (url.endsWith("/ValueSet/mimetypes"))
                return answer(code.matches("[a-z]+/[a-z0-9.+-]+") ? null : "No media type", "urn:ietf:bcp:13", code);
            return super.validateCode(options, code, set);
        }

        @Override
        public void validateCodeBatch(ValidationOptions options, List<? extends CodingValidationRequest> codes, ValueSet set,
                boolean passSet) {
            for (CodingValidationRequest one : codes)
                one.setResult(validateCode(options, one.getCoding(), set));
        }

        private static ValidationResult answer(String wrong, String system, String code) {
            if (wrong != null)
                return new ValidationResult(IssueSeverity.ERROR, wrong + ": " + code, List.of());
            return new ValidationResult(system, null, new ConceptDefinitionComponent(code), null);
        }
    }

    private static InputStream resource(String name) {
        return Validator.class.getResourceAsStream(name);
    }

    private static InputStream stream(JsonObject one) {
        return new ByteArrayInputStream(one.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.toString().endsWith(ending)).sorted().toList();
        }
    }
}
