//DEPS io.github.padreati:rapaio-jupyter-kernel:3.0.1
//SOURCES ../../diagram/Picture.java
package kit.notebook;

import module java.base;

import diagram.Picture;

import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplayTransformer;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/**
 * Shows a cell's value as a picture in Jupyter, if it is one. The kernel finds this class as a
 * service, so no chapter has to know the kernel.
 */
public final class PictureDisplay implements DisplayProvider, DisplayRenderer {
    private static final String SVG = "image/svg+xml";

    /** Makes the service. */
    public PictureDisplay() {}

    @Override
    public List<DisplayRenderer> getDisplayRenderers() {
        return List.of(this);
    }

    @Override
    public List<DisplayTransformer> getDisplayTransformers() {
        return List.of();
    }

    @Override
    public Class<?> rendererClass() {
        return Picture.class;
    }

    @Override
    public boolean canRender(String type) {
        return type == null || type.equals(SVG);
    }

    /** Returns the picture, and the text for programs that show no pictures. */
    @Override
    public DisplayData render(String type, Object picture) {
        var data = DisplayData.fromText(picture.toString());
        data.putData(SVG, ((Picture) picture).svg());
        return data;
    }
}
